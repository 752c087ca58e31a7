/* The floor in C: the same objects and the same messages as floor.mjs. Prints microseconds, one line an attachment. NAMES, HOST and
 * GUARD are files with the batches that make nftables tables. Usage: floor DIRECTORY BRIDGE COUNT NAMES HOST GUARD   (cc -O2 -o floor floor.c) */
#define _GNU_SOURCE
#include <fcntl.h>
#include <netinet/in.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static char out[65536], in[65536];
static size_t used;

static void die(const char *what) { perror(what); exit(1); }

static struct nlmsghdr *begin(int type, int flags, const void *body, size_t size) {
  struct nlmsghdr *h = (struct nlmsghdr *)(out + used);
  memset(h, 0, sizeof *h);
  h->nlmsg_type = type;
  h->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
  h->nlmsg_len = NLMSG_LENGTH(size);
  memcpy(NLMSG_DATA(h), body, size);
  return h;
}
static struct rtattr *attr(struct nlmsghdr *h, int type, const void *data, size_t size) {
  struct rtattr *a = (struct rtattr *)((char *)h + NLMSG_ALIGN(h->nlmsg_len));
  a->rta_type = type;
  a->rta_len = RTA_LENGTH(size);
  if (size) memcpy(RTA_DATA(a), data, size);
  h->nlmsg_len = NLMSG_ALIGN(h->nlmsg_len) + RTA_ALIGN(a->rta_len);
  return a;
}
static void end(struct nlmsghdr *h, struct rtattr *a) { a->rta_len = (char *)h + h->nlmsg_len - (char *)a; }
static void finish(struct nlmsghdr *h) { used += NLMSG_ALIGN(h->nlmsg_len); }

static void flush(int fd, int messages) {
  if (send(fd, out, used, 0) < 0) die("send");
  used = 0;
  while (messages > 0) {
    int length = recv(fd, in, sizeof in, 0);
    if (length < 0) die("recv");
    for (struct nlmsghdr *h = (void *)in; NLMSG_OK(h, (unsigned)length); h = NLMSG_NEXT(h, length)) {
      if (h->nlmsg_type != NLMSG_ERROR) continue;
      int error = ((struct nlmsgerr *)NLMSG_DATA(h))->error;
      if (error) { fprintf(stderr, "netlink: %s\n", strerror(-error)); exit(1); }
      messages--;
    }
  }
}
static int netlink(int protocol) {
  int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);
  struct sockaddr_nl sa = { .nl_family = AF_NETLINK };
  if (fd < 0 || bind(fd, (void *)&sa, sizeof sa)) die("netlink");
  return fd;
}
static void quiet(int index, const char *name) {
  struct ifinfomsg i = { .ifi_index = index };
  struct nlmsghdr *h = begin(RTM_SETLINK, 0, &i, sizeof i);
  if (name) attr(h, IFLA_IFNAME, name, strlen(name) + 1);
  struct rtattr *spec = attr(h, IFLA_AF_SPEC | NLA_F_NESTED, 0, 0), *six = attr(h, AF_INET6 | NLA_F_NESTED, 0, 0);
  unsigned char none = 1;
  attr(h, IFLA_INET6_ADDR_GEN_MODE, &none, 1);
  end(h, six);
  end(h, spec);
  finish(h);
}
static void up(int index, const char *name) {
  struct ifinfomsg i = { .ifi_index = index, .ifi_flags = IFF_UP, .ifi_change = IFF_UP };
  struct nlmsghdr *h = begin(RTM_SETLINK, 0, &i, sizeof i);
  if (name) attr(h, IFLA_IFNAME, name, strlen(name) + 1);
  finish(h);
}

static size_t load(const char *file, char *into, size_t most) {
  int fd = open(file, O_RDONLY);
  ssize_t length = fd < 0 ? 0 : read(fd, into, most);
  if (length <= 0) die(file);
  close(fd);
  return length;
}
static void mark(int type) {
  struct nfgenmsg g = { .res_id = htons(NFNL_SUBSYS_NFTABLES) };
  struct nlmsghdr *h = begin(type, 0, &g, sizeof g);
  h->nlmsg_flags = NLM_F_REQUEST;
  finish(h);
}
/* One element of a set, whose key is a link's name and what follows. */
static void element(int family, const char *set, const char *link, const void *rest, size_t size, int flags) {
  struct nfgenmsg g = { .nfgen_family = family };
  struct nlmsghdr *h = begin(NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_NEWSETELEM, 0, &g, sizeof g);
  h->nlmsg_flags = NLM_F_REQUEST | NLM_F_CREATE | NLM_F_EXCL | flags;
  char key[24] = { 0 };
  strncpy(key, link, 16);
  memcpy(key + 16, rest, size);
  attr(h, NFTA_SET_ELEM_LIST_TABLE, "fairlead", 9);
  attr(h, NFTA_SET_ELEM_LIST_SET, set, strlen(set) + 1);
  struct rtattr *list = attr(h, NFTA_SET_ELEM_LIST_ELEMENTS | NLA_F_NESTED, 0, 0), *one = attr(h, NFTA_LIST_ELEM | NLA_F_NESTED, 0, 0);
  struct rtattr *k = attr(h, NFTA_SET_ELEM_KEY | NLA_F_NESTED, 0, 0);
  attr(h, NFTA_DATA_VALUE, key, 16 + ((size + 3) & ~3ul));
  end(h, k);
  end(h, one);
  end(h, list);
  finish(h);
}
/* A port, and a bridge with its first, act on their carriers when they are asked for. */
static void look(int index, const char *name) {
  struct ifinfomsg i = { .ifi_index = index };
  unsigned skip = RTEXT_FILTER_SKIP_STATS;
  struct nlmsghdr *h = begin(RTM_GETLINK, 0, &i, sizeof i);
  attr(h, IFLA_EXT_MASK, &skip, 4);
  if (name) attr(h, IFLA_IFNAME, name, strlen(name) + 1);
  finish(h);
}

/* The sockets at which a sandbox's resolver listens. They stay open. */
static void resolver(void) {
  struct sockaddr_in sa = { .sin_family = AF_INET, .sin_port = htons(20053), .sin_addr.s_addr = htonl(0x7f00000b) };
  int udp = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), tcp = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (bind(udp, (void *)&sa, sizeof sa) || bind(tcp, (void *)&sa, sizeof sa) || listen(tcp, 128)) die("resolver");
}

int main(int argc, char **argv) {
  if (argc < 7) return 2;
  static char names[8192];
  size_t length = load(argv[4], names, sizeof names);
  if (unshare(CLONE_NEWNET)) die("namespace");
  int count = atoi(argv[3]), host = open("/proc/self/ns/net", O_RDONLY), route = netlink(NETLINK_ROUTE), rules = netlink(NETLINK_NETFILTER);
  for (int n = 5; n < 7; n++) {
    used = load(argv[n], out, sizeof out);
    flush(rules, 1);
  }
  struct ifinfomsg zero = { 0 };
  struct nlmsghdr *h = begin(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &zero, sizeof zero);
  attr(h, IFLA_IFNAME, argv[2], strlen(argv[2]) + 1);
  struct rtattr *info = attr(h, IFLA_LINKINFO, 0, 0);
  attr(h, IFLA_INFO_KIND, "bridge", 7);
  end(h, info);
  finish(h);
  flush(route, 1);
  quiet(0, argv[2]);
  up(0, argv[2]);
  flush(route, 2);
  unsigned master = if_nametoindex(argv[2]);
  for (int n = 0; n < count; n++) {
    struct timespec a, b;
    char file[256], name[16];
    clock_gettime(CLOCK_MONOTONIC, &a);
    snprintf(file, sizeof file, "%s/c%d", argv[1], n);
    snprintf(name, sizeof name, "c%d", n);
    close(open(file, O_CREAT | O_RDONLY, 0644));
    if (unshare(CLONE_NEWNET) || mount("/proc/self/ns/net", file, 0, MS_BIND, 0)) die("namespace");
    int inside = netlink(NETLINK_ROUTE), filter = netlink(NETLINK_NETFILTER);
    resolver();
    setns(host, CLONE_NEWNET);
    int target = open(file, O_RDONLY);
    unsigned char address[4] = { 10, 67, (n + 2) >> 8, (n + 2) & 255 }, gateway[4] = { 10, 67, 0, 1 };
    unsigned char mac[6] = { 2, 66, 10, 67, address[2], address[3] };
    mark(NFNL_MSG_BATCH_BEGIN);
    element(NFPROTO_BRIDGE, "own_mac", name, mac, 6, 0);
    element(NFPROTO_BRIDGE, "own4", name, address, 4, 0);
    element(NFPROTO_INET, "free4", argv[2], address, 4, NLM_F_ACK);
    mark(NFNL_MSG_BATCH_END);
    flush(rules, 1);
    h = begin(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &zero, sizeof zero);
    attr(h, IFLA_IFNAME, name, strlen(name) + 1);
    attr(h, IFLA_MASTER, &master, 4);
    info = attr(h, IFLA_LINKINFO, 0, 0);
    attr(h, IFLA_INFO_KIND, "veth", 5);
    struct rtattr *data = attr(h, IFLA_INFO_DATA, 0, 0), *peer = attr(h, VETH_INFO_PEER, &zero, sizeof zero);
    attr(h, IFLA_IFNAME, "eth0", 5);
    attr(h, IFLA_ADDRESS, mac, 6);
    attr(h, IFLA_NET_NS_FD, &target, 4);
    end(h, peer);
    end(h, data);
    end(h, info);
    finish(h);
    quiet(0, name);
    up(0, name);
    flush(route, 3);
    up(1, 0);
    quiet(2, 0);
    struct ifaddrmsg am = { .ifa_family = AF_INET, .ifa_prefixlen = 16, .ifa_index = 2 };
    h = begin(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, &am, sizeof am);
    attr(h, IFA_LOCAL, address, 4);
    attr(h, IFA_ADDRESS, address, 4);
    finish(h);
    up(2, 0);
    struct rtmsg rm = { .rtm_family = AF_INET, .rtm_table = RT_TABLE_MAIN, .rtm_protocol = RTPROT_STATIC, .rtm_type = RTN_UNICAST };
    int two = 2;
    h = begin(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, &rm, sizeof rm);
    attr(h, RTA_GATEWAY, gateway, 4);
    attr(h, RTA_OIF, &two, 4);
    finish(h);
    flush(inside, 5);
    look(0, name);
    look(master, 0);
    flush(route, 2);
    memcpy(out, names, used = length);
    flush(filter, 1);
    close(target);
    close(inside);
    close(filter);
    clock_gettime(CLOCK_MONOTONIC, &b);
    printf("%.1f\n", (b.tv_sec - a.tv_sec) * 1e6 + (b.tv_nsec - a.tv_nsec) / 1e3);
  }
  return 0;
}
