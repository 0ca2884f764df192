#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# run-systemd.sh [options] -- COMMAND [ARG...]
# Boots a minimal Debian with systemd as PID 1 on pure cgroup v2 under qemu TCG,
# waits for `systemctl is-system-running`, runs COMMAND as root from
# vm-test.service, and exits with COMMAND's status (see lib.sh for 77/124/125).
#   -d SRC:DEST   put the host folder (or file) SRC at DEST in the guest; repeatable
#   -u UNIT       install a unit file in /etc/systemd/system; repeatable
#   -E UNIT       enable (multi-user.target.wants) an installed unit; repeatable
#   -o DIR        what COMMAND leaves in /out, and journal.log, come back in DIR
#   -D NAME:SIZE  a blank virtio disk, /dev/disk/by-id/virtio-NAME
#   -C DIR        COMMAND's working folder   -e VAR=VALUE  environment; repeatable
#   -t SECONDS    guest-side timeout (90)    -m MIB memory (1024)   -s CPUS (2)
#   -w SHIFT      warp: guest time counts instructions (2^SHIFT ns), idle waits cost nothing; 1 cpu
#   -T SECONDS    host-side hard limit (-t plus 90; with -w 180)
#   -a ARGS       more kernel parameters     -k FILE  keep the kernel log
#   -P            only prepare (fetch kernel, build the root image)
set -u
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
DIRS=() ENVS=() DISKS=() UNITS=() ENABLE=() OUT= CWD= T=90 MEM=1024 CPUS=2 APPEND= KLOG= PREP= HARD= WARP=
while getopts d:u:E:o:D:C:e:t:m:s:a:k:T:Pw: o; do case $o in
	d) DIRS+=("$OPTARG") ;; u) UNITS+=("$OPTARG") ;; E) ENABLE+=("$OPTARG") ;; o) OUT=$OPTARG ;; D) DISKS+=("$OPTARG") ;;
	C) CWD=$OPTARG ;; e) ENVS+=("$OPTARG") ;; t) T=$OPTARG ;; m) MEM=$OPTARG ;; T) HARD=$OPTARG ;; s) CPUS=$OPTARG ;;
	a) APPEND=$OPTARG ;; k) KLOG=$OPTARG ;; w) WARP=$OPTARG ;; P) PREP=1 ;;
	*) sed -n '3,21p' "$0" >&2; exit 125 ;; esac; done
shift $((OPTIND - 1)); [ $# -gt 0 ] || [ -n "$PREP" ] || { sed -n '3,21p' "$0" >&2; exit 125; }
vm_need "$VM_QEMU" cpio busybox tar truncate timeout mke2fs
vm_lock
vm_kernel

SUITE=${VM_SUITE:-bookworm}
PKGS=${VM_PACKAGES:-systemd,systemd-sysv,dbus,udev,kmod,procps,cgroup-tools,libcgroup2,libmnl0,libinih1,libjansson4,libsmartcols1,libsystemd0,libcap-ng0}
MASK="systemd-timesyncd.service getty.target serial-getty@ttyS0.service serial-getty@ttyS1.service console-getty.service getty@tty1.service
apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer fstrim.timer e2scrub_all.timer e2scrub_reap.service systemd-pcrphase.service
systemd-update-utmp.service systemd-update-utmp-runlevel.service systemd-random-seed.service systemd-binfmt.service systemd-firstboot.service
systemd-hwdb-update.service systemd-machine-id-commit.service ldconfig.service systemd-boot-update.service systemd-networkd-wait-online.service
modprobe@drm.service modprobe@efi_pstore.service systemd-pstore.service systemd-udev-settle.service"
key=$( { cat "$VM_DIR/guest/sd-run" "$VM_DIR/guest/vm-test.service" "$VM_DIR/guest/vm.target"; echo "$SUITE $PKGS $MASK"; sed -n '/^key=/,/^# --- this run/p' "$VM_DIR/run-systemd.sh"; cat "$VM_KDIR/version"; } | sha256sum | cut -c1-16)
IMG=$VM_CACHE/root-$key.img
if [ ! -s "$IMG" ]; then
	vm_need mmdebstrap
	vm_say "building the root image (mmdebstrap $SUITE)"
	R=$(mktemp -d "$VM_CACHE/tmp.XXXXXX"); trap 'rm -rf "$R"' EXIT
	timeout 600 mmdebstrap -q --variant=essential --include="$PKGS" --format=directory \
		--aptopt='Acquire::Languages "none"' --aptopt='APT::Install-Recommends "false"' \
		--dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
		--dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/info/*' \
		"$SUITE" "$R/root" >&2 || { rm -rf "$R"; vm_skip "mmdebstrap failed"; }
	S=$R/root
	: >"$S/etc/fstab"; echo vm >"$S/etc/hostname"; echo '127.0.0.1 localhost vm' >"$S/etc/hosts"
	echo 0123456789abcdef0123456789abcdef >"$S/etc/machine-id"
	mkdir -p "$S/vm" "$S/out" "$S/etc/systemd/system" "$S/etc/systemd/journald.conf.d"
	for u in $MASK; do ln -sf /dev/null "$S/etc/systemd/system/$u"; done
	printf '[Journal]\nStorage=volatile\nForwardToConsole=no\nRateLimitBurst=0\n' >"$S/etc/systemd/journald.conf.d/vm.conf"
	install -m644 "$VM_DIR/guest/vm-test.service" "$VM_DIR/guest/vm.target" "$S/etc/systemd/system/"
	ln -sf /etc/systemd/system/vm.target "$S/etc/systemd/system/default.target"
	install -m755 "$VM_DIR/guest/sd-run" "$S/vm/sd-run"
	printf 'alice:x:1001:1001::/tmp:/bin/sh\nbob:x:1002:1002::/tmp:/bin/sh\n' >>"$S/etc/passwd"
	printf 'alice:x:1001:\nbob:x:1002:\n' >>"$S/etc/group"
	vm_modules "$S" virtio_pci virtio_blk null_blk brd zram lzo_rle loop overlay fuse autofs4 dm_mod
	chroot "$S" depmod "$(cat "$VM_KDIR/version")"         # kmod wants the binary index
	rm -rf "$S"/var/cache/apt/* "$S"/var/lib/apt/lists/*
	touch "$S/etc/.updated" "$S/var/.updated"
	ls -t "$VM_CACHE"/root-*.img 2>/dev/null | tail -n +2 | xargs -r rm -f
	mke2fs -q -t ext4 -m 0 -O '^has_journal' -E lazy_itable_init=1,root_owner=0:0 -d "$S" "$IMG.$$" 600M || vm_die mke2fs
	mv "$IMG.$$" "$IMG"; rm -rf "$R"; trap - EXIT
fi
vm_unlock
[ -z "$PREP" ] || exit 0

# --- this run's archive
W=$(mktemp -d "${TMPDIR:-/tmp}/vmrun.XXXXXX"); trap 'rm -rf "$W"' EXIT
R=$W/r; P=$R/payload; NONCE=$$-$RANDOM$RANDOM
mkdir -p "$R"/{bin,mod,proc,sys,dev,newroot} "$P/vm" "$P/etc/systemd/system/multi-user.target.wants"
cp "$(command -v busybox)" "$R/bin/"; install -m755 "$VM_DIR/guest/sd-init" "$R/init"
for m in virtio_ring virtio virtio_pci_legacy_dev virtio_pci_modern_dev virtio_pci virtio_blk; do
	ko=$(find "$VM_KDIR/modules" -name "$m.ko"); [ -z "$ko" ] || cp "$ko" "$R/mod/"; done
{ for v in "${ENVS[@]:-}"; do [ -z "$v" ] || echo "export $(sh_quote "$v")"; done; printf 'exec '; sh_quote "$@"; echo; } >"$P/vm/cmd"
{ echo "VM_NONCE=$NONCE"; echo "VM_TIMEOUT=$T"; echo "VM_WAIT=60"; echo "VM_CLOCK=$(date +%s)"; echo "VM_CWD=$(sh_quote "${CWD:-/}")"; } >"$P/vm/config"
for u in "${UNITS[@]:-}"; do [ -z "$u" ] || cp "$u" "$P/etc/systemd/system/"; done
for u in "${ENABLE[@]:-}"; do [ -z "$u" ] || ln -s "/etc/systemd/system/$u" "$P/etc/systemd/system/multi-user.target.wants/$u"; done
for d in "${DIRS[@]:-}"; do [ -z "$d" ] && continue
	src=${d%%:*} dst=${d#*:}; [ -e "$src" ] || vm_die "no $src"
	for t in bin sbin lib lib64; do case $dst in /$t/*) dst=/usr$dst ;; esac; done
	mkdir -p "$P/$(dirname "$dst")"; cp -a "$src" "$P/$dst"; done
# cp -a onto the root must not change what is there
chmod 755 "$P" "$P/vm" "$P/etc" "$P/etc/systemd" "$P/etc/systemd/system"
( cd "$R" && find . -mindepth 1 | cpio -o -H newc -R 0:0 --quiet ) >"$W/initrd"
DEVS=() n=0
add_disk() { truncate -s "$2" "$W/$1.img"
	DEVS+=(-drive "if=none,id=d$n,format=raw,file=$W/$1.img,cache=unsafe" -device "virtio-blk-pci,drive=d$n,serial=$1"); n=$((n + 1)); }
for d in "${DISKS[@]:-}"; do [ -z "$d" ] || add_disk "${d%%:*}" "${d#*:}"; done
[ -z "$OUT" ] || add_disk out 256M
KL=${KLOG:-$W/kernel.log}
vm_machine "$CPUS" "$WARP"
# the host clock bounds it in any case; under -w guest seconds are not host seconds
if [ -z "$HARD" ]; then if [ -n "$WARP" ]; then HARD=180; else HARD=$((T + 90)); fi; fi
TMPDIR=$W vm_qemu "$W/out.log" "$KL" "$HARD" $VM_MACHINE -m "$MEM" \
	-drive "if=none,id=root,format=raw,file=$IMG,snapshot=on,cache=unsafe" -device virtio-blk-pci,drive=root,serial=root \
	-kernel "$VM_KDIR/vmlinux" -initrd "$W/initrd" \
	-append "$VM_APPEND systemd.unified_cgroup_hierarchy=1 systemd.show_status=0 systemd.crash_reboot=1 $APPEND" ${DEVS[@]+"${DEVS[@]}"}
q=$?
st=$(vm_status "$KL" "$NONCE")
if [ -z "$st" ]; then
	{ echo "vm: the guest reported no status (qemu $q; 124 is the hard timeout). Kernel log's end:"; tail -n 40 "$KL"; cat "$KL.qemu"; } >&2
	exit 125
fi
if [ -n "$OUT" ]; then mkdir -p "$OUT"; head -c 512 "$W/out.img" | tr -d '\0' | grep -q . && tar -x -C "$OUT" -f "$W/out.img" 2>/dev/null; fi
[ -z "${VM_VERBOSE:-}" ] || sed -n 's/.*vm-ready/vm: ready at/p' "$KL" >&2
exit "$st"
