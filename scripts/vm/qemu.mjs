import { accessSync, constants, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { placeOf } from '../lib/peers.mjs';

const MEMORY = 2048; // MiB; what is written in the guest lies there too
// Not `microvm`: without HPET and PM timer its clock is now and then not calibrated under software emulation, and the boot hangs.
const MACHINE = 'q35,usb=off,sata=off,smbus=off,graphics=off';
// QEMU 10 leaves out the upper half of where a virtual function is: no function is above 4 GiB where nothing may be.
const BELOW = 'q35-pcihost.pci-hole64-size=0';
// Each look-up of an address walks four tables, not five.
const EMULATED = 'max,la57=off';
// One thread for all processors: of threads that were one each, QEMU 10.0.2 died once ("iotlb_to_section: Assertion failed") while virtual functions came: the memory map
// changed under a processor at work. Little of what runs in the guest could use a second one.
const EMULATION = 'tcg,thread=single';
const APPEND = 'console=ttyS0 quiet panic=-1 reboot=t mitigations=off nokaslr random.trust_cpu=on apparmor=0 selinux=0 audit=0 rcupdate.rcu_expedited=1';

/** The arguments of QEMU for a guest whose output is that of QEMU, and whose console, report and status are files in a folder. */
export function qemuArguments(kernel, folder) {
  const share = join(placeOf('qemu-system-x86'), 'usr/share');
  const hardware = virtualizes();
  const port = (name, chardev) => ['-chardev', chardev, '-device', `virtserialport,chardev=${name},name=${name}`];
  return [
    ...['-L', join(share, 'qemu'), '-L', join(share, 'seabios'), '-bios', join(share, 'qemu/qboot.rom')],
    ...['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot', '-machine', MACHINE, '-global', BELOW],
    ...(hardware ? ['-accel', 'kvm', '-cpu', 'host'] : ['-accel', EMULATION, '-cpu', EMULATED]),
    ...['-smp', String(Math.min(4, availableParallelism())), '-m', String(MEMORY)],
    ...['-kernel', kernel.image, '-initrd', join(folder, 'initrd')],
    ...['-append', hardware ? APPEND : `${APPEND} tsc=unstable no_timer_check`],
    ...['-serial', `file:${join(folder, 'console')}`, '-device', 'virtio-serial-pci'],
    ...port('output', 'stdio,id=output,signal=off'),
    ...port('report', `file,id=report,path=${join(folder, 'report')}`),
    ...port('status', `file,id=status,path=${join(folder, 'status')}`),
    ...['-fsdev', 'local,id=root,path=/,security_model=none,multidevs=remap,readonly=on', '-device', 'virtio-9p-pci,fsdev=root,mount_tag=root'],
    ...networkCards(),
  ];
}

// A network card with SR-IOV and a plain one at the two ends of a cable.
const networkCards = () => [
  ...['-device', 'pcie-root-port,id=slot0', '-netdev', 'hubport,id=card,hubid=0', '-device', 'igb,bus=slot0,netdev=card,romfile=,mac=52:54:00:00:01:01'],
  ...['-netdev', 'hubport,id=far,hubid=0', '-device', 'virtio-net-pci,netdev=far,romfile=,mac=52:54:00:00:01:02'],
];

// A /dev/kvm may be there on processors that do not virtualize: an ordinary kernel dies on it.
const virtualizes = () => / (vmx|svm)\b/.test(readFileSync('/proc/cpuinfo', 'utf8')) && canOpen('/dev/kvm');

function canOpen(path) {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
