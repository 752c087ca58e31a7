#!/bin/busybox sh
# What udhcpc calls with what it was told.
[ "$1" = bound ] || exit 0
/bin/busybox ip address add "$ip/$mask" dev eth0
/bin/busybox ip link set eth0 mtu "${mtu:-1500}"
/bin/busybox ip route add default via "$router"
for each in ip router dns hostname mtu; do eval "echo $each=\$$each"; done >/leased
