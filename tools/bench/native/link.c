/*
 * A long, narrow and unreliable link between the network namespace that it is started in and a new one of its own: a
 * user-space wire between two TUN devices, since not every kernel has netem.
 *
 *   link --delay MS --rate MBIT --cut PERCENT --seed N
 *
 * Each direction has a rate, a queue of 100 ms before it, and then a delay. Once a second every open TCP connection is cut
 * with the given probability: both ends get a reset, and nothing of it passes any more. Prints `ready <pid>` when the
 * devices `link` are there in both namespaces; on SIGTERM one line of JSON. Needs root.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#define MTU 1500
#define SLOTS 16384
#define FLOWS 4096
#define QUEUE_SECONDS 0.1

struct packet {
  double due;
  int length;
  unsigned char bytes[MTU + 64];
};

struct direction {
  int from, to;
  double free_at; /* when the wire has taken what was given to it */
  unsigned first, next;
  struct packet *ring;
} way[2];

struct flow {
  unsigned a, b;
  unsigned short pa, pb;
  int used, cut;
  double seen;
} flows[FLOWS];

static double delay = 0.04, rate = 200e6 / 8, cut_chance = 0;
static unsigned long long seed = 1, passed, dropped, connections, cuts;
static volatile sig_atomic_t stopping;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static double chance(void) {
  seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
  return (seed >> 11) / 9007199254740992.0;
}

static void stop(int signal) {
  (void)signal;
  stopping = 1;
}

static int open_device(void) {
  struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI};
  strcpy(request.ifr_name, "link");
  int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0 || ioctl(fd, TUNSETIFF, &request) < 0) {
    perror("/dev/net/tun");
    exit(2);
  }
  return fd;
}

static void enqueue(struct direction *d, const unsigned char *bytes, int length, double at) {
  double begins = d->free_at > at ? d->free_at : at;
  if (begins - at > QUEUE_SECONDS || d->next - d->first == SLOTS) {
    dropped++;
    return;
  }
  d->free_at = begins + length / rate;
  struct packet *p = &d->ring[d->next++ % SLOTS];
  p->due = d->free_at + delay;
  p->length = length;
  memcpy(p->bytes, bytes, length);
}

static struct flow *flow_of(unsigned src, unsigned dst, unsigned short from, unsigned short to, double at) {
  int swap = src > dst || (src == dst && from > to);
  unsigned a = swap ? dst : src, b = swap ? src : dst;
  unsigned short pa = swap ? to : from, pb = swap ? from : to;
  unsigned hash = (a * 31 + b) * 65599u + pa * 31 + pb;
  for (unsigned i = 0; i < FLOWS; i++) {
    struct flow *f = &flows[(hash + i) % FLOWS];
    if (f->used && (f->a != a || f->b != b || f->pa != pa || f->pb != pb)) continue;
    if (!f->used) {
      *f = (struct flow){a, b, pa, pb, 1, 0, at};
      connections++;
    }
    f->seen = at;
    return f;
  }
  return NULL;
}

static unsigned sum(const void *bytes, int length, unsigned total) {
  const unsigned char *b = bytes;
  for (int i = 0; i + 1 < length; i += 2) total += b[i] << 8 | b[i + 1];
  return total;
}

static unsigned short fold(unsigned total) {
  while (total >> 16) total = (total & 0xffff) + (total >> 16);
  return htons(~total & 0xffff);
}

/* A reset that the receiver takes for its peer's: its number is the one that the receiver expects next. */
static void reset(struct direction *d, unsigned src, unsigned dst, unsigned short from, unsigned short to, unsigned seq, double at) {
  struct {
    struct iphdr ip;
    struct tcphdr tcp;
  } p;
  memset(&p, 0, sizeof p);
  p.ip = (struct iphdr){.version = 4, .ihl = 5, .ttl = 64, .protocol = IPPROTO_TCP, .saddr = src, .daddr = dst};
  p.ip.tot_len = htons(sizeof p);
  p.ip.check = fold(sum(&p.ip, sizeof p.ip, 0));
  p.tcp.source = from, p.tcp.dest = to, p.tcp.seq = seq, p.tcp.rst = 1, p.tcp.doff = 5;
  p.tcp.check = fold(sum(&p.tcp, sizeof p.tcp, sum(&p.ip.saddr, 8, IPPROTO_TCP + sizeof p.tcp)));
  enqueue(d, (unsigned char *)&p, sizeof p, at);
}

static void take(struct direction *d, struct direction *back, const unsigned char *bytes, int length, double at) {
  const struct iphdr *ip = (const void *)bytes;
  if (length < 40 || ip->version != 4 || ip->protocol != IPPROTO_TCP) {
    if (length >= 20 && ip->version == 4) enqueue(d, bytes, length, at);
    return;
  }
  const struct tcphdr *tcp = (const void *)(bytes + ip->ihl * 4);
  struct flow *flow = flow_of(ip->saddr, ip->daddr, tcp->source, tcp->dest, at);
  if (flow && flow->cut && tcp->syn && !tcp->ack) flow->cut = 0; /* the port is used anew */
  if (!flow || !flow->cut) {
    passed++;
    enqueue(d, bytes, length, at);
    return;
  }
  if (tcp->rst) return;
  if (tcp->ack) reset(back, ip->daddr, ip->saddr, tcp->dest, tcp->source, tcp->ack_seq, at);
  reset(d, ip->saddr, ip->daddr, tcp->source, tcp->dest, tcp->seq, at);
}

static void cut_some(double at) {
  for (int i = 0; i < FLOWS; i++) {
    struct flow *f = &flows[i];
    /* A connection that moved nothing for a second is closed, or has nothing to lose. */
    if (!f->used || f->cut || at - f->seen > 1) continue;
    if (chance() < cut_chance) f->cut = 1, cuts++;
  }
}

static void deliver(struct direction *d, double at) {
  while (d->first != d->next && d->ring[d->first % SLOTS].due <= at) {
    struct packet *p = &d->ring[d->first % SLOTS];
    if (write(d->to, p->bytes, p->length) < 0 && errno == EAGAIN) return;
    d->first++;
  }
}

static void carry(void) {
  double next_cut = now() + 1;
  unsigned char bytes[MTU + 64];
  while (!stopping) {
    double at = now(), wake = next_cut;
    if (at >= next_cut) cut_some(at), next_cut += 1;
    for (int i = 0; i < 2; i++) {
      int n;
      while ((n = read(way[i].from, bytes, sizeof bytes)) > 0) take(&way[i], &way[1 - i], bytes, n, now());
      deliver(&way[i], now());
      struct packet *p = &way[i].ring[way[i].first % SLOTS];
      if (way[i].first != way[i].next && p->due < wake) wake = p->due;
    }
    double left = wake - now();
    struct timespec t = {0, left > 0 ? (long)(left < 0.9 ? left * 1e9 : 9e8) : 0};
    struct pollfd polled[2] = {{.fd = way[0].from, .events = POLLIN}, {.fd = way[1].from, .events = POLLIN}};
    ppoll(polled, 2, &t, NULL);
  }
}

int main(int argc, char **argv) {
  for (int i = 1; i + 1 < argc; i += 2) {
    double value = atof(argv[i + 1]);
    if (!strcmp(argv[i], "--delay")) delay = value / 1000;
    else if (!strcmp(argv[i], "--rate")) rate = value * 1e6 / 8;
    else if (!strcmp(argv[i], "--cut")) cut_chance = value / 100;
    else if (!strcmp(argv[i], "--seed")) seed = strtoull(argv[i + 1], NULL, 10) * 2654435761ull + 1;
  }
  signal(SIGTERM, stop);
  prctl(PR_SET_PDEATHSIG, SIGKILL); /* whatever ends whoever started us */
  int here = open_device();
  if (unshare(CLONE_NEWNET) != 0) {
    perror("unshare");
    return 2;
  }
  int there = open_device();
  way[0] = (struct direction){.from = here, .to = there, .ring = calloc(SLOTS, sizeof(struct packet))};
  way[1] = (struct direction){.from = there, .to = here, .ring = calloc(SLOTS, sizeof(struct packet))};
  printf("ready %d\n", getpid());
  fflush(stdout);
  carry();
  printf("{\"packets\":%llu,\"dropped\":%llu,\"connections\":%llu,\"cuts\":%llu}\n", passed, dropped, connections, cuts);
  return 0;
}
