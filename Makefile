# Thin: every target is a command of the Python package in stack/, which holds the explanations.
.DEFAULT_GOAL := help
.PHONY: help run test test-all bench stop demo types release upgrade-draft mail-preview status psql logs clean
STACK := PYTHONDONTWRITEBYTECODE=1 python3 -m stack

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## install what is missing, build, start everything, play the demo, stay up
	@$(STACK) run

test: ## run every check on a throwaway stack of its own (ONLY=api: some; KEEP=1: leave it up; PG=17: on that Postgres)
	@ONLY="$(ONLY)" KEEP="$(KEEP)" PG="$(PG)" $(STACK) test

test-all: ## `make test` on Postgres 15 and on 17, and compile for 16 and 18 (takes hours)
	@PG=15 $(STACK) test
	@PG=15 ONLY=versions $(STACK) test
	@PG=17 $(STACK) test

bench: ## measure speed against yardsticks on a throwaway database (ONLY=views: some; KEEP=1: leave it up)
	@ONLY="$(ONLY)" KEEP="$(KEEP)" PG="$(PG)" $(STACK) bench

stop: ## stop what `make run` started
	@$(STACK) stop

demo: ## play the demo again on the running stack
	@$(STACK) demo

types: ## write the TypeScript types of the running database
	@$(STACK) types

release: ## keep the present version as released and begin the next (NEXT=0.3.0)
	@NEXT="$(NEXT)" $(STACK) release

upgrade-draft: ## print what the update script still lacks (beside `make test ONLY=start KEEP=1`)
	@PYTHONDONTWRITEBYTECODE=1 python3 -m tests.lifecycle draft

mail-preview: ## write every notification, with invented facts, into a folder to look at
	@$(STACK) mail-preview

status: ## show what runs and whether it answers
	@$(STACK) status

psql: ## open psql on the running stack
	@$(STACK) psql

logs: ## follow the logs of the running stack
	@$(STACK) logs

clean: ## stop, and remove everything that set-up made here
	@$(STACK) clean
