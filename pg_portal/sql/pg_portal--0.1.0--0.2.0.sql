-- From 0.1.0 to 0.2.0: run by `alter extension pg_portal update`. `make upgrade-draft` prints what is missing here.
\echo Use "alter extension pg_portal update" to run this file. \quit
