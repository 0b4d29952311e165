#!/bin/sh
# A town of invented people for today, and the gateway in front of it.
#
#   sh sandbox/run.sh        make the town if today has none, print its letters, serve    (`make run`)
#   sh sandbox/run.sh fill   fill the database that OVERVIEW_DATABASE_URL names           (docker compose)
#   sh sandbox/run.sh services   the town behind eight systems of its own, and the gateway  (`make run-services`)
#
# `overview` and `python` come from the PATH. HOST, PORT and PEOPLE may be set.
set -eu

host=${HOST:-127.0.0.1}
port=${PORT:-8000}
people=${PEOPLE:-1000}
home=$PWD/.run
work=$(mktemp -d)
minting= systems= printing= serving=
trap 'kill $minting $serving $systems $printing 2> /dev/null || :; wait; rm -rf "$work" "$home/filling-$$.db"*' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

fail() {
    echo "$1" >&2
    exit 1
}

# A pipe hides a generator that died, and half a town looks like a town: so it leaves a mark when it is through.
fill() {
    { python -m sandbox town --people "$people" --on "$1" && : > "$work/whole"; } | overview import -
    [ -e "$work/whole" ] || fail "The town is not whole: its people stopped coming."
}

say_if_taken() {
    python - "$host" "$port" <<'PYTHON'
import socket, sys

host, port = sys.argv[1:]
try:
    family, *_, address = socket.getaddrinfo(host, int(port), type=socket.SOCK_STREAM)[0]
    socket.create_server(address[:2], family=family).close()
except (OSError, ValueError, OverflowError) as error:
    sys.exit(f"Port {port} on {host} is taken or cannot be had ({error}). Choose another: make run PORT=9000")
PYTHON
}

sweep() {
    for file in "$home"/town-*; do
        case $file in "$home/town-$day-"*) ;; *) rm -f "$file" ;; esac
    done
    for file in "$home"/filling-*; do
        process=${file##*/filling-}
        [ -e "/proc/${process%%.*}/cwd" ] || rm -f "$file"
    done
}

make_town() {
    echo "Filling a town of $people people for $day …"
    OVERVIEW_DATABASE_URL=sqlite+aiosqlite:///$home/filling-$$.db
    fill "$day"
    [ ! -s "$home/filling-$$.db-wal" ] || fail "The town is not whole: its database was not closed."
    mv "$home/filling-$$.db" "$town"
}

say_what_to_try() {
    python -m sandbox stories > "$work/stories"
    read -r crn _ < "$work/stories"
    wait "$minting"
    minting=
    token=$(cat "$work/token")
    cat <<TEXT

The gateway answers on http://$host:$port/graphql until Ctrl-C.

Five of the people in its town:
$(sed 's/^/  /' "$work/stories")

An officer's token:
  $token

One person's overview:
  curl -s http://$host:$port/graphql -H 'content-type: application/json' -H 'authorization: Bearer $token' -d '{"query":"query(\$crn: CRN!) { customer(crn: \$crn) { crn overview { completeness cards(first: 5) { edges { node { date title count recency { label } } } } } } }","variables":{"crn":"$crn"}}'

A call that comes in, until Ctrl-C ends it (viewer { currentCall } says who it is):
  .venv/bin/python -m sandbox call --gateway http://$host:$port

TEXT
}

start_systems() {
    echo "Starting eight systems that know a town of $people people for $day …"
    python -m sandbox services --people "$people" --on "$day" > "$work/systems" &
    systems=$!
    until [ "$(wc -l < "$work/systems")" -ge 9 ]; do
        kill -0 "$systems" 2> /dev/null || exit 1
        sleep 0.1
    done
    echo
    cat "$work/systems"
}

# On the port that the sources file names, or on another one where another run has that: then so does a file of this run.
start_printing() {
    python -m sandbox documents --people "$people" --on "$day" > "$work/printing" &
    printing=$!
}

wait_for_printing() {
    until [ -s "$work/printing" ]; do
        kill -0 "$printing" 2> /dev/null || { echo "No documents: what prints them did not start." >&2; return 0; }
        sleep 0.1
    done
    read -r _ documents < "$work/printing"
    [ "$documents" != http://127.0.0.1:8108 ] || return 0
    mixes=$(python -c 'import sources; print(list(sources.__path__)[0] + "/mixes")')
    sed -e "s|http://127.0.0.1:8108|$documents|" -e "s|\"services/|\"$mixes/services/|" \
        "$mixes/embedded.toml" > "$work/sources.toml"
    export OVERVIEW_SOURCES="$work/sources.toml"
}

# What runs in the background is deaf to Ctrl-C: it is told to end, and waited for.
serve_beside() {
    overview serve --host "$host" --port "$port" &
    serving=$!
    wait "$serving"
}

day=$(python -m sandbox day)
if [ "${1:-}" = fill ]; then
    overview migrate
    fill "$day"
    exit
fi

say_if_taken
export OVERVIEW_PROFILE=embedded OVERVIEW_HOME="$home" OVERVIEW_DATABASE_URL
mkdir -p "$home"
export OVERVIEW_TELEPHONY_FILE="$home/telephony.toml"
[ -e "$OVERVIEW_TELEPHONY_FILE" ] || (umask 077 && python -m sandbox telephony > "$OVERVIEW_TELEPHONY_FILE")
town=$home/town-$day-$people.db
overview token officer > "$work/token" & # as long as the town takes, a core is idle
minting=$!
if [ "${1:-}" = services ]; then
    export OVERVIEW_SOURCES=services
    OVERVIEW_DATABASE_URL=sqlite+aiosqlite:///$home/services.db
    start_systems
    say_what_to_try
    serve_beside
    exit
fi
sweep
start_printing
# a town that an older sandbox made knows nothing of what a newer one tells
if [ ! -e "$town" ] || [ -n "$(find sandbox -name '*.py' -newer "$town")" ]; then make_town; fi
OVERVIEW_DATABASE_URL=sqlite+aiosqlite:///$town
wait_for_printing
say_what_to_try
serve_beside
