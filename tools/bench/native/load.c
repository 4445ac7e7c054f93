/*
 * The load generator of the measurements: sends chunks, or takes downloads, as fast as the server lets it, and prints one
 * line of JSON about it. One thread a stream, connections kept alive, chunk bodies by sendfile from memory, answers'
 * bodies dropped in the kernel: it costs a fraction of what any server costs.
 *
 *   load --port N --streams N --total BYTES --chunk BYTES --shared 0|1 --accept 200,201 --head FILE [--tail FILE]
 *        --unit NAME… [--nonce TEXT]
 *
 * A unit is one upload of `total` bytes in chunks of `chunk`. Shared: all streams take chunks of all units in turn.
 * Otherwise each stream takes a whole unit, chunk after chunk, then the next. `head` is the request up to the first byte
 * of the file, `tail` what follows its last; in `head` these are replaced: {unit} {index} {offset} {end} {length} {total}
 * {count}, and {whole}, the length of the body with what surrounds the file's bytes. A chunk of no bytes sends no body
 * and has to be answered with `total` bytes (a download).
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MAX_HEAD 16384
#define STAMP 32
#define TENTHS 10

static struct {
  int port, streams, shared, expect_body;
  long long total, chunk, count;
  const char *accept, *nonce;
  char head[MAX_HEAD], tail[MAX_HEAD];
  char **units;
  int unit_count;
  int content;
} plan = {.port = 0, .streams = 1, .accept = "200", .nonce = "", .content = -1};

static atomic_llong next_chunk, done_chunks, errors;
static atomic_int next_unit;
static double *latencies;
static double tenths[TENTHS];
static char first_error[512];
static pthread_mutex_t error_lock = PTHREAD_MUTEX_INITIALIZER;
static double started, last_latency;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static void die(const char *what) {
  perror(what);
  exit(2);
}

static void fail(const char *format, ...) {
  va_list arguments;
  pthread_mutex_lock(&error_lock);
  if (first_error[0] == 0) {
    va_start(arguments, format);
    vsnprintf(first_error, sizeof first_error, format, arguments);
    va_end(arguments);
    for (char *c = first_error; *c; c++)
      if (*c == '"' || *c == '\\' || (unsigned char)*c < 32) *c = ' ';
  }
  pthread_mutex_unlock(&error_lock);
  atomic_fetch_add(&errors, 1);
}

struct connection {
  int fd;
  char buffer[65536];
  size_t filled;
};

static void hang_up(struct connection *c) {
  if (c->fd >= 0) close(c->fd);
  c->fd = -1;
  c->filled = 0;
}

static int reach(struct connection *c) {
  if (c->fd >= 0) return 1;
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(plan.port)};
  inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
  c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (c->fd < 0) die("socket");
  int one = 1;
  setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (connect(c->fd, (struct sockaddr *)&to, sizeof to) == 0) return 1;
  fail("connect: %s", strerror(errno));
  hang_up(c);
  return 0;
}

static int send_all(int fd, const char *bytes, size_t length, int flags) {
  while (length > 0) {
    ssize_t n = send(fd, bytes, length, flags | MSG_NOSIGNAL);
    if (n <= 0) return 0;
    bytes += n;
    length -= n;
  }
  return 1;
}

/* The bytes of a chunk: a stamp of its own, so that no two uploads are equal, then the shared content. */
static int send_content(int fd, const char *unit, long long index, long long length) {
  char stamp[STAMP + 1];
  unsigned long long hash = 1469598103934665603ull;
  for (const char *c = unit; *c; c++) hash = (hash ^ (unsigned char)*c) * 1099511628211ull;
  for (const char *c = plan.nonce; *c; c++) hash = (hash ^ (unsigned char)*c) * 1099511628211ull;
  snprintf(stamp, sizeof stamp, "%016llx%016llx", hash, (unsigned long long)index);
  size_t stamped = length < STAMP ? (size_t)length : STAMP;
  if (!send_all(fd, stamp, stamped, MSG_MORE)) return 0;
  off_t at = stamped;
  while (at < length) {
    ssize_t n = sendfile(fd, plan.content, &at, length - at);
    if (n <= 0) return 0;
  }
  return 1;
}

static long long fill(struct connection *c) {
  ssize_t n = recv(c->fd, c->buffer + c->filled, sizeof c->buffer - 1 - c->filled, 0);
  if (n > 0) c->filled += n;
  c->buffer[c->filled] = 0;
  return n;
}

/* Drops `left` bytes without copying those that are not here yet. */
static int drop(struct connection *c, long long left) {
  long long here = (long long)c->filled < left ? (long long)c->filled : left;
  memmove(c->buffer, c->buffer + here, c->filled - here);
  c->filled -= here;
  left -= here;
  while (left > 0) {
    ssize_t n = recv(c->fd, NULL, left > (1 << 22) ? (1 << 22) : left, MSG_TRUNC);
    if (n <= 0) return 0;
    left -= n;
  }
  return 1;
}

static const char *header(const char *head, const char *name) {
  const char *found = strcasestr(head, name);
  return found ? found + strlen(name) : NULL;
}

static int accepted(int status) {
  char text[8];
  snprintf(text, sizeof text, "%d", status);
  return strstr(plan.accept, text) != NULL;
}

/* Reads one answer. 0: the connection is of no use any more, and the request counts as failed. */
static int receive(struct connection *c, long long expected) {
  char *end;
  while ((end = c->filled ? strstr(c->buffer, "\r\n\r\n") : NULL) == NULL) {
    if (c->filled + 1 >= sizeof c->buffer || fill(c) <= 0) {
      fail("no answer: %s", errno ? strerror(errno) : "connection closed");
      return 0;
    }
  }
  size_t head_length = end + 4 - c->buffer;
  char head[8192];
  if (head_length >= sizeof head) return fail("an answer's head is too long"), 0;
  memcpy(head, c->buffer, head_length);
  head[head_length] = 0;
  int status = 0;
  sscanf(head, "HTTP/%*s %d", &status);
  const char *length_text = header(head, "\r\ncontent-length:");
  const char *connection = header(head, "\r\nconnection:");
  int chunked = header(head, "\r\ntransfer-encoding: chunked") != NULL;
  int closes = (connection && strncasecmp(connection, " close", 6) == 0) || strncmp(head, "HTTP/1.0", 8) == 0;
  long long length = length_text ? atoll(length_text) : 0;
  if (!accepted(status)) fail("status %d: %.300s", status, c->buffer + head_length);
  else if (expected >= 0 && length != expected) fail("an answer has %lld bytes instead of %lld", length, expected);
  if (!drop(c, head_length)) return 0;
  c->buffer[c->filled] = 0;
  if (chunked) {
    while (strstr(c->buffer, "0\r\n\r\n") == NULL)
      if (c->filled + 1 >= sizeof c->buffer || fill(c) <= 0) return fail("a chunked answer broke off"), 0;
    c->filled = 0;
  } else if (!drop(c, length)) {
    return fail("an answer broke off"), 0;
  }
  if (closes) hang_up(c);
  return 1;
}

struct place {
  const char *unit;
  long long index, offset, length, whole;
};

static int expand(const char *from, const char *until, const struct place *p, char *to, size_t room) {
  const struct { const char *name; long long value; } numbers[] = {
    {"{index}", p->index},          {"{offset}", p->offset}, {"{end}", p->offset + p->length},
    {"{length}", p->length},        {"{total}", plan.total}, {"{count}", plan.count},
    {"{whole}", p->whole},
  };
  size_t at = 0;
  while (from < until && at + 512 < room) {
    if (*from != '{') {
      to[at++] = *from++;
      continue;
    }
    size_t i, kinds = sizeof numbers / sizeof *numbers;
    for (i = 0; i < kinds; i++)
      if (strncmp(from, numbers[i].name, strlen(numbers[i].name)) == 0) break;
    if (i < kinds) {
      at += sprintf(to + at, "%lld", numbers[i].value);
      from += strlen(numbers[i].name);
    } else if (strncmp(from, "{unit}", 6) == 0) {
      at += snprintf(to + at, 500, "%s", p->unit);
      from += 6;
    } else {
      to[at++] = *from++;
    }
  }
  to[at] = 0;
  return at;
}

static void request(struct connection *c, const char *unit, long long index, long long sequence) {
  char text[2 * MAX_HEAD], before[MAX_HEAD];
  struct place p = {.unit = unit, .index = index, .offset = index * plan.chunk};
  p.length = plan.chunk < plan.total - p.offset ? plan.chunk : plan.total - p.offset;
  if (plan.chunk == 0) p.length = 0;
  const char *split = strstr(plan.head, "\r\n\r\n") + 4;
  size_t before_length = expand(split, plan.head + strlen(plan.head), &p, before, sizeof before);
  size_t tail_length = strlen(plan.tail);
  p.whole = before_length + p.length + tail_length;
  size_t head_length = expand(plan.head, split, &p, text, MAX_HEAD);
  memcpy(text + head_length, before, before_length);

  double from = now();
  if (!reach(c)) return;
  errno = 0;
  int sent = send_all(c->fd, text, head_length + before_length, p.length ? MSG_MORE : 0) &&
             (p.length == 0 || send_content(c->fd, unit, index, p.length)) &&
             (tail_length == 0 || send_all(c->fd, plan.tail, tail_length, 0));
  /* A server that refuses may answer before it has everything: its answer says more than the broken pipe. */
  (void)sent;
  if (!receive(c, plan.expect_body ? plan.total : -1)) hang_up(c);
  double to = now();
  latencies[sequence] = to - from;
  long long done = atomic_fetch_add(&done_chunks, 1) + 1, all = plan.count * plan.unit_count;
  if (done == all) last_latency = to - from;
  for (int i = 1; i <= TENTHS; i++)
    if (done == (all * i + TENTHS - 1) / TENTHS) tenths[i - 1] = to - started;
}

static void *stream(void *unused) {
  (void)unused;
  struct connection *c = calloc(1, sizeof *c);
  c->fd = -1;
  if (plan.shared) {
    long long all = plan.count * plan.unit_count, i;
    while ((i = atomic_fetch_add(&next_chunk, 1)) < all) request(c, plan.units[i / plan.count], i % plan.count, i);
  } else {
    int unit;
    while ((unit = atomic_fetch_add(&next_unit, 1)) < plan.unit_count)
      for (long long i = 0; i < plan.count; i++) request(c, plan.units[unit], i, unit * plan.count + i);
  }
  hang_up(c);
  free(c);
  return NULL;
}

static void read_file(const char *path, char *into) {
  FILE *file = fopen(path, "r");
  if (!file) die(path);
  into[fread(into, 1, MAX_HEAD - 1, file)] = 0;
  fclose(file);
}

static void make_content(void) {
  size_t length = plan.chunk ? plan.chunk : 1;
  plan.content = memfd_create("content", MFD_CLOEXEC);
  if (plan.content < 0 || ftruncate(plan.content, length) != 0) die("memfd_create");
  unsigned long long *words = mmap(NULL, length, PROT_WRITE, MAP_SHARED, plan.content, 0);
  if (words == MAP_FAILED) die("mmap");
  unsigned long long x = 88172645463325252ull;
  for (size_t i = 0; i < length / sizeof x; i++) {
    x ^= x << 13, x ^= x >> 7, x ^= x << 17;
    words[i] = x;
  }
  munmap(words, length);
}

static void read_arguments(int argc, char **argv) {
  plan.units = calloc(argc, sizeof *plan.units);
  for (int i = 1; i + 1 < argc; i += 2) {
    const char *name = argv[i], *value = argv[i + 1];
    if (!strcmp(name, "--port")) plan.port = atoi(value);
    else if (!strcmp(name, "--streams")) plan.streams = atoi(value);
    else if (!strcmp(name, "--total")) plan.total = atoll(value);
    else if (!strcmp(name, "--chunk")) plan.chunk = atoll(value);
    else if (!strcmp(name, "--shared")) plan.shared = atoi(value);
    else if (!strcmp(name, "--accept")) plan.accept = value;
    else if (!strcmp(name, "--nonce")) plan.nonce = value;
    else if (!strcmp(name, "--head")) read_file(value, plan.head);
    else if (!strcmp(name, "--tail")) read_file(value, plan.tail);
    else if (!strcmp(name, "--unit")) plan.units[plan.unit_count++] = argv[i + 1];
    else exit((fprintf(stderr, "unknown: %s\n", name), 2));
  }
  if (!plan.port || !plan.unit_count || !strstr(plan.head, "\r\n\r\n")) exit((fprintf(stderr, "too few arguments\n"), 2));
  plan.expect_body = plan.chunk == 0;
  plan.count = plan.chunk ? (plan.total + plan.chunk - 1) / plan.chunk : 1;
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* The smallest latency that at least this share of the requests did not exceed. */
static double percentile(long long all, double share) {
  long long at = (long long)(share * all + 0.999999) - 1;
  return 1000 * latencies[at < 0 ? 0 : at >= all ? all - 1 : at];
}

int main(int argc, char **argv) {
  read_arguments(argc, argv);
  make_content();
  long long all = plan.count * plan.unit_count;
  latencies = calloc(all, sizeof *latencies);
  pthread_t *threads = calloc(plan.streams, sizeof *threads);
  started = now();
  for (int i = 0; i < plan.streams; i++)
    if (pthread_create(&threads[i], NULL, stream, NULL)) die("pthread_create");
  for (int i = 0; i < plan.streams; i++) pthread_join(threads[i], NULL);
  double ended = now();
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  double cpu = usage.ru_utime.tv_sec + usage.ru_stime.tv_sec + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
  qsort(latencies, all, sizeof *latencies, ascending);
  printf("{\"bytes\":%lld,\"seconds\":%.6f,\"requests\":%lld,\"errors\":%lld,\"firstError\":\"%s\",", plan.total * plan.unit_count,
         ended - started, all, (long long)errors, first_error);
  printf("\"cpuSeconds\":%.6f,\"endedAt\":%.6f,\"lastRequestMs\":%.3f,", cpu, ended, 1000 * last_latency);
  printf("\"p50Ms\":%.3f,\"p90Ms\":%.3f,\"p99Ms\":%.3f,\"maxMs\":%.3f,\"tenths\":[", percentile(all, .5), percentile(all, .9),
         percentile(all, .99), percentile(all, 1));
  for (int i = 0; i < TENTHS; i++) printf("%s%.6f", i ? "," : "", tenths[i] - (i ? tenths[i - 1] : 0));
  printf("]}\n");
  return errors ? 1 : 0;
}
