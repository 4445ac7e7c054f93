#!/bin/bash
# The first process of a guest, see ../machine.mjs: mounts what it needs and becomes the supervisor. The host's files are
# its root, which it cannot write; words `rig.*` on the kernel's command line say the rest.
exec </dev/null >/dev/console 2>&1
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/run TMPDIR=/run
mount -t proc proc /proc && mount -t sysfs sys /sys
mkdir -p /dev/shm && mount -t tmpfs shm /dev/shm
mount -t tmpfs -o mode=1777 run /run
for word in $(</proc/cmdline); do
  case $word in rig.*=*) name=${word%%=*} && export "RIG_${name#rig.}=${word#*=}" ;; esac
done
ip link set lo up
ip address add 10.0.2.2/30 dev vec0 && ip link set vec0 up

disk=/dev/ubda
if [ -n "$RIG_log" ]; then
  # Every write that the disk sees is also noted on the second one, in the order in which it could be relied upon.
  modules=/usr/lib/uml/modules/$(uname -r)/kernel/drivers/md
  insmod "$modules/dm-mod.ko" && insmod "$modules/dm-log-writes.ko"
  dmsetup create logged --noudevsync --table "0 $(blockdev --getsz $disk) log-writes $disk /dev/ubdb"
  disk=/dev/dm-0
fi
mkdir -p /run/disk
mount -t ext4 $disk /run/disk || echo 'rig: fault the disk could not be mounted'

exec "$RIG_node" ${RIG_flags//,/ } "$RIG_program"
