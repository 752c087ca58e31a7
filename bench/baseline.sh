#!/bin/sh
# One process a step, as a script would do it: namespace, veth, master, up, lo, address, up, route.
# Usage: baseline.sh BRIDGE NUMBER ADDRESS/LENGTH GATEWAY
set -e
ip netns add "b$2"
ip link add "b$2" type veth peer name eth0 netns "b$2"
ip link set "b$2" master "$1"
ip link set "b$2" up
ip -n "b$2" link set lo up
ip -n "b$2" address add "$3" dev eth0
ip -n "b$2" link set eth0 up
ip -n "b$2" route add default via "$4"
