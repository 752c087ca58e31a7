#!/bin/busybox sh
# The only process of a guest that has nothing but a network card: asks for its address, serves a page, fetches one, and says so at its console.
B=/bin/busybox
$B mount -t proc proc /proc
$B mount -t sysfs sys /sys
$B mount -t devtmpfs dev /dev
for module in /modules/*; do $B insmod "$module"; done
$B ip link set lo up
$B ip link set eth0 up
$B udhcpc -q -n -t 30 -T 1 -i eth0 -s /lease >/dev/null 2>&1 || echo 'guest: no lease'
. /leased
echo "guest: lease $ip $router $dns $hostname $mtu"
$B httpd -p 80 -h /www
echo "guest: name $($B nslookup box "$dns" | $B sed -n '/^Name/,$s/^Address.*: *//p')"
echo "guest: got $($B wget -q -O - http://10.64.0.9:8080/)"
echo 'guest: ready'
exec $B sleep 1000000
