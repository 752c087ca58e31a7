import { SO_ATTACH_FILTER, SOL_SOCKET } from '../constants/socket.js';
import { libc } from '../libc.js';
import { Writer } from '../netlink/writer.js';
import { Memory } from './memory.js';

/** struct sock_filter (include/uapi/linux/filter.h): code u16, jump if true u8, if false u8, operand u32. Codes are of bpf_common.h. */
export type Instruction = readonly [code: number, yes: number, no: number, operand: number];
export const [LDW, LDH, LDB, LDH_X, LDX_HEADER, JEQ, JSET, RET] = [0x20, 0x28, 0x30, 0x48, 0xb1, 0x15, 0x45, 0x06] as const;

/** From now on the kernel runs this program on whatever comes to the socket, in place of the one before, and drops what it says 0 to. Throws `SystemError`. */
export function attachFilter(fd: number, program: readonly Instruction[]): void {
  const code = new Memory(program.length * 8);
  for (const [at, [operation, yes, no, operand]] of program.entries()) {
    code.view.setUint16(at * 8, operation, true);
    code.bytes.set([yes, no], at * 8 + 2);
    code.view.setUint32(at * 8 + 4, operand, true);
  }
  // struct sock_fprog: length u16, six octets of nothing, pointer.
  const filter = new Writer(16).u16(program.length).zero(6).u64(BigInt(code.address)).take();
  libc.setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, filter, filter.length);
}
