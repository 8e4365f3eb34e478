#!/bin/sh
# Writes docker/.env (or the file named) from .env.example, with a fresh secret for each empty setting.
set -eu
here=$(dirname "$0")
file=${1:-$here/.env}
if [ -e "$file" ]; then
  echo "$file exists; its secrets are in use. Edit it, or remove it first." >&2
  exit 1
fi
umask 077
while IFS= read -r line; do
  case $line in
    '#'*) printf '%s\n' "$line" ;;
    *=) printf '%s%s\n' "$line" "$(openssl rand -hex 24)" ;;
    *) printf '%s\n' "$line" ;;
  esac
done < "$here/.env.example" > "$file"
echo "Wrote $file"
