/* The CNI plugin: hands what a runtime says to the daemon, and prints what that answers. README.md says the rest. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef FAIRLEAD_NODE
#error "FAIRLEAD_NODE and FAIRLEAD_START say what is run where no daemon answers"
#endif

extern char **environ;

/* As the daemon's own limits: what is longer is no call of a runtime. */
enum { MOST = 4 << 20, CODE_ENVIRONMENT = 4, CODE_IO = 5, CODE_CONFIG = 7, CODE_AGAIN = 11 };

static const char DEFAULT_SOCKET[] = "/run/fairlead/cni.sock";
static const char NEWEST[] = "1.1.0";
static const char ABOUT[] = "CNI plugin fairlead\nCNI protocol versions supported: 0.1.0, 0.2.0, 0.3.0, 0.3.1, 0.4.0, 1.0.0, 1.1.0\n";

struct bytes {
  char *at;
  size_t length;
};

static char version[32];

/* Whether all was written; a reader that has gone is no reason to end by a signal. */
static int write_all(int to, const void *what, size_t length) {
  const char *at = what;
  while (length > 0) {
    ssize_t put = write(to, at, length);
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return 0;
    at += put;
    length -= (size_t)put;
  }
  return 1;
}

/* What is printed, as far as there is room: texts of our own, and paths of sockets. */
static struct {
  char text[2048];
  size_t length;
} speech;

static void say(const char *text) {
  for (; *text && speech.length < sizeof speech.text; text++) speech.text[speech.length++] = *text;
}

/* Whatever could end a JSON string goes. */
static void say_text(const char *text) {
  for (; *text; text++) say((char[]){*text == '"' || *text == '\\' || (unsigned char)*text < ' ' ? '?' : *text, 0});
}

static void say_number(int number) {
  if (number > 9) say_number(number / 10);
  say((char[]){(char)('0' + number % 10), 0});
}

__attribute__((noreturn)) static void refuse(int code, const char *message, const char *about, const char *details) {
  say("{\"cniVersion\":\"");
  say_text(version);
  say("\",\"code\":");
  say_number(code);
  say(",\"msg\":\"");
  say_text(message);
  say_text(about);
  say("\",\"details\":\"");
  say_text(details);
  say("\"}\n");
  write_all(1, speech.text, speech.length);
  _exit(1);
}

static struct bytes read_all(int from) {
  struct bytes all = {0};
  size_t room = 0;
  for (;;) {
    if (all.length == room) {
      room = room ? room * 2 : 16384;
      all.at = room > MOST ? NULL : realloc(all.at, room);
      if (!all.at) refuse(CODE_IO, "more was said than a plugin is told", "", "at most 4 MiB are read");
    }
    ssize_t got = read(from, all.at + all.length, room - all.length);
    if (got == 0) return all;
    if (got > 0) all.length += (size_t)got;
    else if (errno != EINTR) refuse(CODE_IO, "cannot read what the runtime says: ", strerror(errno), "");
  }
}

static int read_exactly(int from, void *into, size_t length) {
  char *at = into;
  while (length > 0) {
    ssize_t got = read(from, at, length);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return 0;
    at += got;
    length -= (size_t)got;
  }
  return 1;
}

/* The end of the JSON string that begins at `at`, which is its quote: that of its other quote, or the end of all. */
static size_t string_end(struct bytes json, size_t at) {
  for (at++; at < json.length && json.at[at] != '"'; at++)
    if (json.at[at] == '\\') at++;
  return at < json.length ? at : json.length;
}

static size_t past_space(struct bytes json, size_t at) {
  while (at < json.length && strchr(" \t\r\n", json.at[at]) && json.at[at]) at++;
  return at;
}

/* The character of an escape, of which `at` is the end then: itself, or an ASCII one by its number, as Go writes & and <. 0 for others. */
static char escaped(struct bytes json, size_t *at, size_t end) {
  if (++*at < end && strchr("/\"\\", json.at[*at])) return json.at[*at];
  if (*at + 4 >= end || json.at[*at] != 'u') return 0;
  unsigned number = 0;
  for (size_t last = *at + 4; *at < last;) {
    char digit = json.at[++*at], lower = (char)(digit | 0x20);
    if (digit >= '0' && digit <= '9') number = number * 16 + (unsigned)(digit - '0');
    else if (lower >= 'a' && lower <= 'f') number = number * 16 + 10 + (unsigned)(lower - 'a');
    else return 0;
  }
  return number < 128 ? (char)number : 0;
}

/* The text that the outermost object has under this key. 1 where it has one that fits, 0 where it has none, -1 where that cannot be taken. */
static int text_of(struct bytes json, const char *key, char *into, size_t room) {
  int depth = 0;
  for (size_t at = 0; at < json.length; at++) {
    char c = json.at[at];
    if (c == '{' || c == '[') depth++;
    if (c == '}' || c == ']') depth--;
    if (c != '"') continue;
    size_t end = string_end(json, at), next = past_space(json, end + 1);
    int named = depth == 1 && end - at - 1 == strlen(key) && memcmp(json.at + at + 1, key, end - at - 1) == 0;
    at = end;
    if (!named || next >= json.length || json.at[next] != ':') continue;
    next = past_space(json, next + 1);
    if (next >= json.length || json.at[next] != '"') return -1;
    size_t length = 0;
    for (size_t each = next + 1, last = string_end(json, next); each < last; each++) {
      char one = json.at[each] == '\\' ? escaped(json, &each, last) : json.at[each];
      if (length + 1 >= room || one == 0) return -1;
      into[length++] = one;
    }
    into[length] = 0;
    return length > 0 ? 1 : -1;
  }
  return 0;
}

/* A frame: its length in four bytes, most significant first, and its kind, which is counted. */
static int send_frame(int to, char kind, struct bytes head, struct bytes body) {
  uint64_t length = 1 + head.length + body.length;
  unsigned char before[5] = {(unsigned char)(length >> 24), (unsigned char)(length >> 16), (unsigned char)(length >> 8), (unsigned char)length, (unsigned char)kind};
  return length <= UINT32_MAX && write_all(to, before, 5) && write_all(to, head.at, head.length) && write_all(to, body.at, body.length);
}

static int receive_frame(int from, struct bytes *frame) {
  unsigned char before[4];
  if (!read_exactly(from, before, 4)) return 0;
  frame->length = (size_t)before[0] << 24 | (size_t)before[1] << 16 | (size_t)before[2] << 8 | before[3];
  frame->at = frame->length < 2 || frame->length > MOST ? NULL : malloc(frame->length + 1);
  if (!frame->at || !read_exactly(from, frame->at, frame->length)) return 0;
  frame->at[frame->length] = 0;
  return 1;
}

/* CNI's variables, each ended by a zero, and an empty one behind them. */
static struct bytes cni_environment(void) {
  struct bytes all = {.length = 1};
  for (char **each = environ; *each; each++)
    if (!strncmp(*each, "CNI_", 4)) all.length += strlen(*each) + 1;
  char *at = all.at = malloc(all.length);
  if (!at) refuse(CODE_IO, "no memory", "", "");
  for (char **each = environ; *each; each++) {
    if (strncmp(*each, "CNI_", 4)) continue;
    size_t length = strlen(*each) + 1;
    memcpy(at, *each, length);
    at += length;
  }
  *at = 0;
  return all;
}

/* The file of a plugin in the runtime's CNI_PATH. */
static int find_plugin(const char *name, char *into, size_t room) {
  const char *path = getenv("CNI_PATH");
  if (!*name || strchr(name, '/') || !strcmp(name, ".") || !strcmp(name, "..")) return 0;
  while (path && *path) {
    size_t length = strcspn(path, ":");
    if (length && length + 1 + strlen(name) < room) {
      memcpy(into, path, length);
      into[length] = '/';
      strcpy(into + length + 1, name);
      if (access(into, X_OK) == 0) return 1;
    }
    path += length + (path[length] == ':');
  }
  return 0;
}

/* Runs a plugin: its name, variables that are to be other than ours, and what it is told. Its status and what it printed. */
static struct bytes execute(struct bytes order, unsigned char *status) {
  const char *name = order.at + 1, *end = order.at + order.length, *at = name + strlen(name) + 1;
  char file[4096];
  *status = 127;
  if (!find_plugin(name, file, sizeof file)) return (struct bytes){0};
  for (; at < end && *at; at += strlen(at) + 1) putenv((char *)at);
  struct bytes told = {(char *)at + 1, at < end ? (size_t)(end - at - 1) : 0};
  int in = memfd_create("config", MFD_CLOEXEC), out[2];
  if (in < 0 || !write_all(in, told.at, told.length) || lseek(in, 0, SEEK_SET) < 0 || pipe2(out, O_CLOEXEC) < 0) return (struct bytes){0};
  pid_t child = fork();
  if (child == 0) {
    char *words[] = {file, NULL};
    signal(SIGPIPE, SIG_DFL);
    if (dup2(in, 0) == 0 && dup2(out[1], 1) == 1) execv(file, words);
    _exit(126);
  }
  close(in);
  close(out[1]);
  struct bytes said = read_all(out[0]);
  close(out[0]);
  int ended = 0;
  while (child > 0 && waitpid(child, &ended, 0) < 0 && errno == EINTR) {
  }
  *status = child > 0 && WIFEXITED(ended) ? (unsigned char)WEXITSTATUS(ended) : 126;
  return said;
}

/* Hands the call on, and does what is asked for until the answer is there. */
__attribute__((noreturn)) static void talk(int daemon, struct bytes told) {
  if (!send_frame(daemon, 'C', cni_environment(), told)) refuse(CODE_AGAIN, "the daemon does not listen any more", "", "try again");
  for (;;) {
    struct bytes frame;
    if (!receive_frame(daemon, &frame)) refuse(CODE_AGAIN, "the daemon ended before it answered", "", "try again; what was begun is undone at its next start");
    if (frame.at[0] == 'A') {
      int printed = write_all(1, frame.at + 2, frame.length - 2);
      _exit(printed ? frame.at[1] : 1);
    }
    unsigned char status;
    struct bytes said = execute(frame, &status);
    if (!send_frame(daemon, 'E', (struct bytes){(char *)&status, 1}, said)) refuse(CODE_AGAIN, "the daemon does not listen any more", "", "try again");
  }
}

/* A Node with the library does the work: it waits for its turn, and reads what we have read. */
__attribute__((noreturn)) static void work_alone(struct bytes told, const char *socket) {
  int in = access(FAIRLEAD_START, R_OK) == 0 ? memfd_create("config", MFD_CLOEXEC) : -1;
  if (in >= 0 && write_all(in, told.at, told.length) && lseek(in, 0, SEEK_SET) == 0 && dup2(in, 0) == 0) {
    char *words[] = {FAIRLEAD_NODE, FAIRLEAD_START, NULL};
    signal(SIGPIPE, SIG_DFL);
    unsetenv("NODE_EXTRA_CA_CERTS"); /* It costs 40 ms a start, and nothing here speaks TLS. */
    execv(FAIRLEAD_NODE, words);
  }
  refuse(CODE_AGAIN, "no daemon answers at ", socket, "start one: fairlead daemon; to go without, Fairlead must be where this plugin was built: " FAIRLEAD_START);
}

int main(void) {
  const char *verb = getenv("CNI_COMMAND");
  signal(SIGPIPE, SIG_IGN);
  strcpy(version, NEWEST);
  if (!verb || !*verb) {
    write_all(2, ABOUT, sizeof ABOUT - 1);
    return 0;
  }
  struct bytes told = read_all(0);
  if (text_of(told, "cniVersion", version, sizeof version) < 0) strcpy(version, NEWEST);
  if (!strcmp(verb, "VERSION")) {
    say("{\"cniVersion\":\"");
    say_text(version);
    say("\",\"supportedVersions\":[\"0.1.0\",\"0.2.0\",\"0.3.0\",\"0.3.1\",\"0.4.0\",\"1.0.0\",\"1.1.0\"]}\n");
    return !write_all(1, speech.text, speech.length);
  }
  struct sockaddr_un place = {.sun_family = AF_UNIX};
  int said = text_of(told, "socket", place.sun_path, sizeof place.sun_path);
  if (said < 0) refuse(CODE_CONFIG, "what the configuration says of socket is no path of a socket", "", "a text of at most 107 bytes, as it is or with escapes of ASCII alone");
  if (!said) strcpy(place.sun_path, DEFAULT_SOCKET);
  int daemon = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (daemon < 0) refuse(CODE_IO, "no socket: ", strerror(errno), "");
  if (connect(daemon, (struct sockaddr *)&place, sizeof place) == 0) talk(daemon, told);
  if (errno == EACCES || errno == EPERM) refuse(CODE_ENVIRONMENT, "this user may not speak to the daemon at ", place.sun_path, "runtimes are root");
  work_alone(told, place.sun_path);
}
