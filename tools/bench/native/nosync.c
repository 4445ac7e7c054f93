/*
 * Loaded into a server with LD_PRELOAD to measure what syncing costs: syncs succeed and do nothing. The product has no such
 * setting, and must not get one.
 */
int fsync(int fd) {
  (void)fd;
  return 0;
}

int fdatasync(int fd) {
  (void)fd;
  return 0;
}
