#!/bin/busybox sh
# The guest's first process, by busybox. This machine's files lie below, read-only; what is written goes to memory.
B=/bin/busybox
. /vm/settings
$B mount -t proc proc /proc
$B mount -t sysfs sys /sys
$B mount -t devtmpfs dev /dev
for module in /vm/modules/*; do $B insmod "$module"; done

end() {
  echo "$1" >"$port_status"
  $B reboot -f
}
for port in /sys/class/virtio-ports/*; do
  read -r name <"$port/name"
  eval "port_$name=/dev/${port##*/}"
done
fail() { echo "guest: $*"; end 125; }

$B mount -t 9p -o trans=virtio,version=9p2000.L,msize=512000,cache=loose,ro root /lower || fail "this machine's files cannot be mounted"
$B mount -t tmpfs -o size=80% tmpfs /written
$B mkdir /written/upper /written/work
$B mount -t overlay -o lowerdir=/lower,upperdir=/written/upper,workdir=/written/work overlay /new || fail 'no overlay'
$B mount -t proc proc /new/proc
$B mount -t sysfs sys /new/sys
$B mount -t devtmpfs dev /new/dev
$B mkdir -p /new/dev/net /new/dev/pts /new/dev/shm /new/run "/new/lib/modules/$release"
# As every distribution makes it: whoever opens it has the module loaded (Documentation/networking/tuntap.rst).
$B mknod /new/dev/net/tun c 10 200
$B mount -t devpts -o ptmxmode=666 devpts /new/dev/pts
$B mount -t tmpfs tmpfs /new/dev/shm
$B mount -t tmpfs -o mode=755 tmpfs /new/run
$B mount -t cgroup2 cgroup2 /new/sys/fs/cgroup
$B mount --bind "/lower$modules/$release" "/new/lib/modules/$release"
for link in fd:fd stdin:fd/0 stdout:fd/1 stderr:fd/2; do $B ln -sf "/proc/self/${link#*:}" "/new/dev/${link%%:*}"; done
$B mkdir -p /new/run/vm/kmod
$B cp /vm/command /new/run/vm/
$B ln -s "$kmod" /new/run/vm/kmod/modprobe
# Whoever enters this mount namespace is at its top, as on every machine: that is where these files are now.
cd /new
$B mount --move . /
# The kernel starts it here, below that.
echo /vm/modprobe >/proc/sys/kernel/modprobe
for device in /sys/bus/pci/devices/* /sys/bus/virtio/devices/*; do /vm/modprobe -q "$($B cat "$device/modalias")"; done
# Its settings are there only once it is, and nothing asks for it.
/vm/modprobe br_netfilter
$B hostname guest
$B ip link set lo up
ulimit -n 1048576

$B nsenter -m/proc/1/ns/mnt /run/vm/command </dev/null >"$port_output" 2>&1
status=$?
$B nsenter -m/proc/1/ns/mnt /bin/sh -c '[ ! -e /run/vm/report.json ] || cat /run/vm/report.json' >"$port_report"
end $status
