#!/usr/bin/env bash
# The main job in one command: serials received typed and by series, moved, delivered, a delivery
# cancelled, and what each document did to each Serial No. Can be run again: it goes on with new ones.
#
# On the bench's demo site, which setup.sh makes where there is none. Where Frappe's sources cannot be
# reached, and there is no bench, the same rules tell the story of examples/quarter.csv, with Python
# alone. BENCH_DIR, BENCH_USER, SITE and what else setup.sh reads are as there.
set -euo pipefail

CHECKOUT=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
SITE=${SITE:-demo.localhost}
UNREACHABLE=3 # setup.sh's exit code for it

if [ "$(id -u)" -eq 0 ]; then
	BENCH_DIR=${BENCH_DIR:-/home/${BENCH_USER:-frappe}/frappe-bench}
else
	BENCH_DIR=${BENCH_DIR:-$HOME/frappe-bench}
fi

# shellcheck source=scripts/bench-env.sh
. "$CHECKOUT/scripts/bench-env.sh"

find_bench_user() {
	if [ -d "$BENCH_DIR" ]; then
		BENCH_USER=$(stat -c %U "$BENCH_DIR")
	fi
}

site_is_ready() {
	find_bench_user
	has_frappe && on_bench serial_inventory &&
		as_bench test -e "$BENCH_DIR/sites/$SITE/site_config.json" &&
		as_bench test ! -e "$BENCH_DIR/config/.making-$SITE" &&
		as_bench test -e "$BENCH_DIR/apps/serial_inventory/serial_inventory/demo/__init__.py"
}

make_site_ready() {
	local status=0
	say "There is no demo site in $BENCH_DIR yet: ./setup.sh makes it"
	"$CHECKOUT/setup.sh" || status=$?
	if [ "$status" -eq "$UNREACHABLE" ]; then
		tell_offline
		exit
	fi
	if [ "$status" -ne 0 ]; then
		echo "The demo needs what ./setup.sh makes. Without it: python3 -m serial_inventory.cli replay examples/quarter.csv" >&2
		exit "$status"
	fi
	find_bench_user
}

tell_offline() {
	say "Frappe's sources cannot be reached, so there is no site to show. The same rules, offline:"
	echo "    python3 -m serial_inventory.cli replay examples/quarter.csv --expect-refusals 4"
	echo
	cd "$CHECKOUT"
	"${PYTHON:-python3}" -m serial_inventory.cli replay examples/quarter.csv --expect-refusals 4
	say "Where the sources can be reached (FRAPPE_SOURCE and ERPNEXT_SOURCE may name others), ./demo.sh does it on ERPNext"
}

tell_on_site() {
	trap stop_started_redis EXIT
	start_mariadb
	start_redis
	say "On the site $SITE"
	frappe --site "$SITE" execute serial_inventory.demo.run
	say "To see it in the Desk:"
	[ "$(id -un)" = "$BENCH_USER" ] || echo "    runuser -l $BENCH_USER"
	echo "    cd $BENCH_DIR && PATH=~/.local/bin:\$PATH bench start"
	echo "Then open http://$SITE:$(common_config webserver_port)/app/serial-no"
	echo "and sign in as Administrator, password: ${ADMIN_PASSWORD:-admin}"
}

main() {
	site_is_ready || make_site_ready
	tell_on_site
}

main
