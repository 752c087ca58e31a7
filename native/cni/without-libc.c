/* What fairlead.c calls of the C library, and the start of the program, by the kernel's calls alone. The library's own start asks the processor what it can by several
 * dozen CPUID instructions, each of which a virtual machine leaves for: most of what a call of the plugin took there. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

char **environ;
int main(void);

#ifndef __x86_64__
#error "of other processors the C library asks nothing that takes long"
#endif

__asm__(".globl _start\n_start: xor %ebp, %ebp\n mov %rsp, %rdi\n and $-16, %rsp\n call begin\n");

static long kernel(long number, long a, long b, long c, long d, long e, long f) {
  long answer;
  register long fourth __asm__("r10") = d;
  register long fifth __asm__("r8") = e;
  register long sixth __asm__("r9") = f;
  __asm__ volatile("syscall" : "=a"(answer) : "a"(number), "D"(a), "S"(b), "d"(c), "r"(fourth), "r"(fifth), "r"(sixth) : "rcx", "r11", "memory");
  return answer;
}

/* The first thing on the stack is how many words there are; these, and the environment behind the zero that ends them. */
__attribute__((used, noreturn)) static void begin(long *stack) __asm__("begin");
static void begin(long *stack) {
  environ = (char **)(stack + 1 + stack[0] + 1);
  _exit(main());
}

static int error;
int *__errno_location(void) { return &error; }

static long asked(long answer) {
  if (answer >= 0 || answer < -4095) return answer;
  error = (int)-answer;
  return -1;
}

void _exit(int status) {
  for (;;) kernel(SYS_exit_group, status, 0, 0, 0, 0, 0);
}

ssize_t read(int fd, void *into, size_t room) { return asked(kernel(SYS_read, fd, (long)into, (long)room, 0, 0, 0)); }
ssize_t write(int fd, const void *what, size_t length) { return asked(kernel(SYS_write, fd, (long)what, (long)length, 0, 0, 0)); }
off_t lseek(int fd, off_t to, int from) { return asked(kernel(SYS_lseek, fd, to, from, 0, 0, 0)); }
int close(int fd) { return (int)asked(kernel(SYS_close, fd, 0, 0, 0, 0, 0)); }
int pipe2(int both[2], int flags) { return (int)asked(kernel(SYS_pipe2, (long)both, flags, 0, 0, 0, 0)); }
int dup2(int from, int to) { return from == to ? to : (int)asked(kernel(SYS_dup3, from, to, 0, 0, 0, 0)); }
int access(const char *path, int how) { return (int)asked(kernel(SYS_faccessat, AT_FDCWD, (long)path, how, 0, 0, 0)); }
int memfd_create(const char *name, unsigned flags) { return (int)asked(kernel(SYS_memfd_create, (long)name, flags, 0, 0, 0, 0)); }
int socket(int family, int type, int protocol) { return (int)asked(kernel(SYS_socket, family, type, protocol, 0, 0, 0)); }
int connect(int fd, const struct sockaddr *to, socklen_t length) { return (int)asked(kernel(SYS_connect, fd, (long)to, length, 0, 0, 0)); }
pid_t fork(void) { return (pid_t)asked(kernel(SYS_clone, SIGCHLD, 0, 0, 0, 0, 0)); }
pid_t waitpid(pid_t pid, int *status, int options) { return (pid_t)asked(kernel(SYS_wait4, pid, (long)status, options, 0, 0, 0)); }
int execv(const char *path, char *const words[]) { return (int)asked(kernel(SYS_execve, (long)path, (long)words, (long)environ, 0, 0, 0)); }

/* SIG_IGN and SIG_DFL: a handler would need a way back. */
sighandler_t signal(int number, sighandler_t how) {
  struct { sighandler_t how; unsigned long flags; void *back; uint64_t mask; } action = {.how = how};
  return asked(kernel(SYS_rt_sigaction, number, (long)&action, 0, 8, 0, 0)) < 0 ? SIG_ERR : SIG_DFL;
}

/* Each has pages of its own, before which stands how many bytes they are. Nothing is given back: the program ends soon. */
enum { BEFORE = 16 };

void *malloc(size_t length) {
  long at = asked(kernel(SYS_mmap, 0, (long)(length + BEFORE), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  if (at == -1) return NULL;
  *(size_t *)at = length + BEFORE;
  return (char *)at + BEFORE;
}

void *realloc(void *old, size_t length) {
  if (!old) return malloc(length);
  size_t *at = (size_t *)((char *)old - BEFORE);
  long moved = asked(kernel(SYS_mremap, (long)at, (long)*at, (long)(length + BEFORE), MREMAP_MAYMOVE, 0, 0));
  if (moved == -1) return NULL;
  *(size_t *)moved = length + BEFORE;
  return (char *)moved + BEFORE;
}

size_t strlen(const char *text) {
  size_t length = 0;
  while (text[length]) length++;
  return length;
}

void *memcpy(void *to, const void *from, size_t length) {
  for (size_t at = 0; at < length; at++) ((char *)to)[at] = ((const char *)from)[at];
  return to;
}

void *memset(void *to, int byte, size_t length) {
  for (size_t at = 0; at < length; at++) ((char *)to)[at] = (char)byte;
  return to;
}

int memcmp(const void *one, const void *other, size_t length) {
  const unsigned char *a = one, *b = other;
  for (size_t at = 0; at < length; at++)
    if (a[at] != b[at]) return a[at] < b[at] ? -1 : 1;
  return 0;
}

int strncmp(const char *one, const char *other, size_t most) {
  for (size_t at = 0; at < most; at++) {
    if (one[at] != other[at]) return (unsigned char)one[at] < (unsigned char)other[at] ? -1 : 1;
    if (!one[at]) return 0;
  }
  return 0;
}

int strcmp(const char *one, const char *other) { return strncmp(one, other, SIZE_MAX); }
char *strcpy(char *to, const char *from) { return memcpy(to, from, strlen(from) + 1); }

char *strchr(const char *text, int wanted) {
  for (;; text++) {
    if (*text == (char)wanted) return (char *)text;
    if (!*text) return NULL;
  }
}

size_t strcspn(const char *text, const char *ends) {
  size_t length = 0;
  while (text[length] && !strchr(ends, text[length])) length++;
  return length;
}

/* The variable of this name that begins here: its value, or nothing. */
static char *value_of(char *variable, const char *name, size_t length) {
  return strncmp(variable, name, length) == 0 && variable[length] == '=' ? variable + length + 1 : NULL;
}

char *getenv(const char *name) {
  char *value = NULL;
  for (char **each = environ; *each && !value; each++) value = value_of(*each, name, strlen(name));
  return value;
}

int unsetenv(const char *name) {
  char **kept = environ;
  for (char **each = environ; *each; each++)
    if (!value_of(*each, name, strlen(name))) *kept++ = *each;
  *kept = NULL;
  return 0;
}

int putenv(char *variable) {
  size_t count = 0, length = strcspn(variable, "=");
  for (; environ[count]; count++) {
    if (!value_of(environ[count], variable, length)) continue;
    environ[count] = variable;
    return 0;
  }
  char **more = malloc((count + 2) * sizeof *more);
  if (!more) return -1;
  memcpy(more, environ, count * sizeof *more);
  more[count] = variable;
  more[count + 1] = NULL;
  environ = more;
  return 0;
}

/* Those that a plugin meets; of others the number. */
char *strerror(int number) {
  static char other[] = "error 000";
  switch (number) {
    case EIO: return "Input/output error";
    case EMFILE: return "Too many open files";
    case ENFILE: return "Too many open files in system";
    case ENOMEM: return "Cannot allocate memory";
    case ENOBUFS: return "No buffer space available";
    case EISDIR: return "Is a directory";
    case EBADF: return "Bad file descriptor";
    case EAGAIN: return "Resource temporarily unavailable";
  }
  for (int at = 8; at > 5; at--, number /= 10) other[at] = (char)('0' + number % 10);
  return other;
}
