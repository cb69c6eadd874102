// The few Linux calls that Swift's Glibc module cannot reach: variadic or macro-based ones (epoll, eventfd, prctl,
// pidfd) and the code between fork and exec, which may only use async-signal-safe functions.
#ifndef HEDDLE_CPOSIX_H
#define HEDDLE_CPOSIX_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

// One epoll event: the number given at registration and what the descriptor is ready for.
typedef struct {
    uint64_t token;
    bool readable;
    bool writable;
} cposix_event;

int cposix_epoll_create(void);
int cposix_epoll_set(int epoll, int fd, uint64_t token, bool read, bool write, bool is_new);
int cposix_epoll_remove(int epoll, int fd);
// Waits for events; returns their count, 0 on time-out or EINTR, -1 on error. A negative timeout_ms waits for ever.
int cposix_epoll_wait(int epoll, cposix_event *events, int capacity, int timeout_ms);

// Bytes that the allocator has from the machine, in memory, and nothing is kept in; -1 when it cannot be told.
int64_t cposix_free_memory(void);
// Gives them back. It holds the allocator's locks meanwhile.
void cposix_return_memory(void);

int cposix_eventfd(void);
void cposix_eventfd_signal(int fd);
void cposix_eventfd_drain(int fd);

// How to start a child. Strings are NULL-terminated arrays as for execve(2).
typedef struct {
    const char *path;
    char *const *arguments;
    char *const *environment;
    const char *directory;  // NULL: the parent's
    int input;              // descriptor for standard input, -1: /dev/null
    int output;             // descriptor for standard output and error, -1: the parent's
    uid_t uid;              // with set_user
    gid_t gid;
    bool set_user;          // drop supplementary groups, then setgid and setuid
    bool new_session;       // setsid(2): the child outlives its parent's terminal and process group
    int parent_death_signal;  // 0: none; else sent when the starting *thread* ends (prctl(2), PR_SET_PDEATHSIG)
} cposix_spawn_request;

// Starts a child; returns its pid, or -1 with errno of the step that failed, which `failed_step` names.
pid_t cposix_spawn(const cposix_spawn_request *request, const char **failed_step);

// pidfd_open(2): a descriptor that polls readable when the process ends; works for processes that are not our children.
int cposix_pidfd_open(pid_t pid);
// pidfd_send_signal(2): kill(2) for the very process that the descriptor was opened for; 0, or -1 with errno.
int cposix_pidfd_signal(int pidfd, int signal);
// Waits until a process of a pidfd has ended: 1 ended, 0 time-out, -1 error.
int cposix_pidfd_wait(int pidfd, int timeout_ms);

// sched_setattr(2): for how long the calling thread wants to run at a time, in nanoseconds; 0, or -1 with errno.
int cposix_thread_slice(uint64_t nanoseconds);

#endif
