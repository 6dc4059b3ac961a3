// Gives every thread of this process a stack of at least 1 MiB.
//
// Why: libcublasLt carries 92 KiB of static thread-local storage, glibc takes that out of each
// thread's stack, and the HTTP server inside prometheus-cpp asks for stacks of 100 KiB. Without
// this pthread_create fails with EINVAL and the metrics endpoint dies with "null context when
// constructing CivetServer". The program exports this definition, so the dynamic linker prefers it
// to libc's for all shared libraries.

#include <algorithm>
#include <cerrno>
#include <cstddef>

#include <dlfcn.h>
#include <pthread.h>

extern "C" int pthread_attr_setstacksize(pthread_attr_t* attributes, size_t size) noexcept {
  constexpr size_t kSmallestStack = 1024 * 1024;
  using SetStackSize = int (*)(pthread_attr_t*, size_t);
  static const auto libc_set_stack_size =
      reinterpret_cast<SetStackSize>(dlsym(RTLD_NEXT, "pthread_attr_setstacksize"));
  if (libc_set_stack_size == nullptr) return ENOSYS;
  return libc_set_stack_size(attributes, std::max(size, kSmallestStack));
}
