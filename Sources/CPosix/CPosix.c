#define _GNU_SOURCE
#include "CPosix.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

int cposix_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

int cposix_epoll_set(int epoll, int fd, uint64_t token, bool read, bool write, bool is_new) {
    struct epoll_event event = {.events = (read ? EPOLLIN : 0u) | (write ? EPOLLOUT : 0u), .data.u64 = token};
    return epoll_ctl(epoll, is_new ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, fd, &event);
}

int cposix_epoll_remove(int epoll, int fd) { return epoll_ctl(epoll, EPOLL_CTL_DEL, fd, NULL); }

int cposix_epoll_wait(int epoll, cposix_event *events, int capacity, int timeout_ms) {
    struct epoll_event ready[64];
    if (capacity > 64) capacity = 64;
    int count = epoll_wait(epoll, ready, capacity, timeout_ms);
    if (count < 0) return errno == EINTR ? 0 : -1;
    for (int i = 0; i < count; i++) {
        uint32_t bits = ready[i].events;
        // An error or hang-up counts as both, so that whoever waits tries the call that reports it.
        bool failed = (bits & (EPOLLERR | EPOLLHUP)) != 0;
        events[i].token = ready[i].data.u64;
        events[i].readable = failed || (bits & EPOLLIN) != 0;
        events[i].writable = failed || (bits & EPOLLOUT) != 0;
    }
    return count;
}

int cposix_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

void cposix_eventfd_signal(int fd) {
    uint64_t one = 1;
    while (write(fd, &one, sizeof one) < 0 && errno == EINTR) {}
}

void cposix_eventfd_drain(int fd) {
    uint64_t value;
    while (read(fd, &value, sizeof value) < 0 && errno == EINTR) {}
}

// What went wrong in the child, sent to the parent over a close-on-exec pipe.
struct failure {
    int error;
    int step;
};

static const char *const steps[] = {"fork", "setsid", "setgroups", "setgid", "setuid", "prctl",
                                    "chdir", "redirect", "execve"};
enum { FORK, SETSID, SETGROUPS, SETGID, SETUID, PRCTL, CHDIR, REDIRECT, EXECVE };

static void reset_signals(void) {
    struct sigaction initial = {.sa_handler = SIG_DFL};
    for (int number = 1; number < NSIG; number++) sigaction(number, &initial, NULL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static int redirect(const cposix_spawn_request *request) {
    int input = request->input >= 0 ? request->input : open("/dev/null", O_RDONLY);
    if (input < 0 || dup2(input, STDIN_FILENO) < 0) return -1;
    if (request->output < 0) return 0;
    if (dup2(request->output, STDOUT_FILENO) < 0) return -1;
    return dup2(request->output, STDERR_FILENO) < 0 ? -1 : 0;
}

// Runs in the child between fork and exec: returns only when a step failed.
static int become(const cposix_spawn_request *request, pid_t parent, int report) {
    reset_signals();
    if (request->new_session && setsid() < 0) return SETSID;
    if (request->set_user) {
        if (setgroups(0, NULL) < 0) return SETGROUPS;
        if (setgid(request->gid) < 0) return SETGID;
        if (setuid(request->uid) < 0) return SETUID;
    }
    if (request->parent_death_signal != 0) {
        // After setuid, which clears it. The parent may have died before: then nobody would send the signal.
        if (prctl(PR_SET_PDEATHSIG, request->parent_death_signal) < 0) return PRCTL;
        if (getppid() != parent) _exit(1);
    }
    if (request->directory != NULL && chdir(request->directory) < 0) return CHDIR;
    if (redirect(request) < 0) return REDIRECT;
    // Every other descriptor is the parent's business; the report pipe closes itself on exec.
    if (report > 3) close_range(3, (unsigned)report - 1, 0);
    close_range((unsigned)report + 1, ~0u, 0);
    execve(request->path, request->arguments, request->environment);
    return EXECVE;
}

pid_t cposix_spawn(const cposix_spawn_request *request, const char **failed_step) {
    int channel[2];
    *failed_step = steps[FORK];
    if (pipe2(channel, O_CLOEXEC) < 0) return -1;
    pid_t parent = getpid();
    pid_t child = fork();
    if (child == 0) {
        struct failure failure = {.step = become(request, parent, channel[1])};
        failure.error = errno;
        ssize_t ignored = write(channel[1], &failure, sizeof failure);
        (void)ignored;
        _exit(127);
    }
    close(channel[1]);
    struct failure failure;
    ssize_t length = 0;
    if (child > 0) {
        do length = read(channel[0], &failure, sizeof failure);
        while (length < 0 && errno == EINTR);
    }
    close(channel[0]);
    if (child > 0 && length == (ssize_t)sizeof failure) {
        waitpid(child, NULL, 0);
        *failed_step = steps[failure.step];
        errno = failure.error;
        return -1;
    }
    return child;
}

int cposix_pidfd_open(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

int cposix_pidfd_signal(int pidfd, int signal) {
    return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0);
}

int64_t cposix_free_memory(void) {
    // What was given back before is free for the allocator still: so the resident pages say how much there is.
    FILE *file = fopen("/proc/self/statm", "re");
    if (!file) return -1;
    long long size = 0, resident = 0, shared = 0;
    int count = fscanf(file, "%lld %lld %lld", &size, &resident, &shared);
    fclose(file);
    if (count != 3) return -1;
    struct mallinfo2 used = mallinfo2();
    int64_t rest = (resident - shared) * sysconf(_SC_PAGESIZE) - (int64_t)used.uordblks - (int64_t)used.hblkhd;
    if (rest < 0) return 0;
    return rest < (int64_t)used.fordblks ? rest : (int64_t)used.fordblks;
}

void cposix_return_memory(void) { malloc_trim(0); }

int cposix_pidfd_wait(int pidfd, int timeout_ms) {
    struct pollfd descriptor = {.fd = pidfd, .events = POLLIN};
    int ready = poll(&descriptor, 1, timeout_ms);
    return ready < 0 && errno == EINTR ? 0 : ready;
}

// As linux/sched/types.h has it since 3.14; glibc has no sched_setattr() before 2.41.
struct scheduling {
    uint32_t size;
    uint32_t policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t runtime;
    uint64_t deadline;
    uint64_t period;
};

int cposix_thread_slice(uint64_t nanoseconds) {
    struct scheduling now = {.size = sizeof now};
    if (syscall(SYS_sched_getattr, 0, &now, sizeof now, 0) < 0) return -1;
    now.size = sizeof now;
    // SCHED_FLAG_RESET_ON_FORK: what this thread starts has usual slices; but it would lose a niceness below 0 too.
    if (now.nice >= 0) now.flags |= 1;
    now.runtime = nanoseconds;
    return (int)syscall(SYS_sched_setattr, 0, &now, 0);
}
