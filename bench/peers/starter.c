/* Starts programs as a container runtime does: by vfork, from a small process. Node forks, which copies the tables of all that it has in memory, a millisecond and
 * more for each; who calls plugins pays nothing like it. Reads requests from its standard input and writes replies to its standard output, all numbers u32 of this
 * machine: a request is its size without itself, id, how many arguments, how many variables, these as texts ended by a zero, and what the program is to read; a
 * reply is its size without itself, id, wait status, the size of what the program wrote, that, and what it said as an error. (cc -O2 -o starter starter.c) */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST = 1024, PIECE = 65536 };

struct stream { int fd; char *bytes; uint32_t size; };
/* What it wrote, and what it said as an error. */
struct child { pid_t pid; uint32_t id; struct stream streams[2]; };

static struct child children[MOST];
static int running;
static posix_spawnattr_t as_ever;

static void die(const char *what) { perror(what); exit(1); }

static void write_all(int fd, const void *bytes, size_t size) {
  for (size_t done = 0; done < size;) {
    ssize_t n = write(fd, (const char *)bytes + done, size - done);
    if (n < 0 && errno == EPIPE) return;
    if (n < 0) die("write");
    done += n;
  }
}

/* False at the end of it. */
static int read_all(int fd, void *bytes, size_t size) {
  for (size_t done = 0; done < size;) {
    ssize_t n = read(fd, (char *)bytes + done, size - done);
    if (n < 0) die("read");
    if (n == 0) return 0;
    done += n;
  }
  return 1;
}

static char **texts(char **at, uint32_t count) {
  char **list = calloc(count + 1, sizeof *list);
  for (uint32_t n = 0; n < count; n++) {
    list[n] = *at;
    *at += strlen(*at) + 1;
  }
  return list;
}

/* As a shell says it: status 127, from a child that only says so. */
static pid_t refused(int err, const char *program) {
  dprintf(err, "%s: %s", program, strerror(errno));
  pid_t pid = fork();
  if (pid == 0) _exit(127);
  return pid;
}

static void start(char *request, uint32_t size) {
  uint32_t head[3];
  memcpy(head, request, sizeof head);
  char *at = request + sizeof head;
  char **args = texts(&at, head[1]), **variables = texts(&at, head[2]);
  int in[2], out[2], err[2];
  if (running == MOST || pipe2(in, O_CLOEXEC) || pipe2(out, O_CLOEXEC) || pipe2(err, O_CLOEXEC)) die("pipe2");
  posix_spawn_file_actions_t places;
  posix_spawn_file_actions_init(&places);
  posix_spawn_file_actions_adddup2(&places, in[0], 0);
  posix_spawn_file_actions_adddup2(&places, out[1], 1);
  posix_spawn_file_actions_adddup2(&places, err[1], 2);
  pid_t pid;
  errno = posix_spawnp(&pid, args[0], &places, &as_ever, args, variables);
  if (errno) pid = refused(err[1], args[0]);
  posix_spawn_file_actions_destroy(&places);
  close(in[0]), close(out[1]), close(err[1]);
  write_all(in[1], at, request + size - at);
  close(in[1]);
  children[running++] = (struct child){pid, head[0], {{out[0], NULL, 0}, {err[0], NULL, 0}}};
  free(args), free(variables);
}

/* At the end of the stream it has no descriptor any more. */
static void take(struct stream *from) {
  from->bytes = realloc(from->bytes, from->size + PIECE);
  ssize_t n = read(from->fd, from->bytes + from->size, PIECE);
  if (n > 0) { from->size += n; return; }
  close(from->fd);
  from->fd = -1;
}

static void reply(struct child *ended) {
  struct stream *out = &ended->streams[0], *err = &ended->streams[1];
  int status;
  if (waitpid(ended->pid, &status, 0) < 0) die("waitpid");
  uint32_t head[] = {12 + out->size + err->size, ended->id, status, out->size};
  write_all(1, head, sizeof head);
  write_all(1, out->bytes, out->size);
  write_all(1, err->bytes, err->size);
  free(out->bytes), free(err->bytes);
  *ended = children[--running];
}

/* A program that does not read what it is given is no trouble of ours; it has that signal itself. */
static void mind_pipes(void) {
  sigset_t pipes;
  sigemptyset(&pipes);
  sigaddset(&pipes, SIGPIPE);
  posix_spawnattr_init(&as_ever);
  posix_spawnattr_setsigdefault(&as_ever, &pipes);
  posix_spawnattr_setflags(&as_ever, POSIX_SPAWN_SETSIGDEF);
  signal(SIGPIPE, SIG_IGN);
}

int main(void) {
  mind_pipes();
  for (;;) {
    struct pollfd waits[1 + 2 * MOST] = {{.fd = 0, .events = POLLIN}};
    for (int n = 0; n < 2 * running; n++) waits[1 + n] = (struct pollfd){children[n / 2].streams[n % 2].fd, POLLIN, 0};
    int known = running;
    if (poll(waits, 1 + 2 * known, -1) < 0) die("poll");
    for (int n = 0; n < 2 * known; n++)
      if (waits[1 + n].revents) take(&children[n / 2].streams[n % 2]);
    for (int n = known - 1; n >= 0; n--)
      if (children[n].streams[0].fd < 0 && children[n].streams[1].fd < 0) reply(&children[n]);
    if (!waits[0].revents) continue;
    uint32_t size;
    if (!read_all(0, &size, sizeof size)) return 0;
    char *request = malloc(size);
    if (!read_all(0, request, size)) return 1;
    start(request, size);
    free(request);
  }
}
