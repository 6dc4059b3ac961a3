#include "formats/mapping_watch.h"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <mutex>
#include <string>

#include "error/error.h"

namespace assay {
namespace {

/// A signal handler may read it at any time: `begin` is set last and cleared first.
struct Watched {
  std::atomic<const std::byte*> begin = nullptr;
  size_t size = 0;
  std::array<char, 256> path{};  ///< its end where it is longer
};

// A signal handler reaches nothing but globals.
std::array<Watched, 512> watched;
std::mutex watched_mutex;

void write_text(const char* text) {
  if (::write(STDERR_FILENO, text, std::strlen(text)) < 0) return;  // nobody is left to tell
}

void on_bus_error(int /*number*/, siginfo_t* info, void* /*context*/) {
  const auto* address = static_cast<const std::byte*>(info->si_addr);
  for (const Watched& one : watched) {
    const std::byte* begin = one.begin.load(std::memory_order_acquire);
    if (begin == nullptr || address < begin || address >= begin + one.size) continue;
    write_text("assay: [formats] file became shorter while it was read: ");
    write_text(one.path.data());
    write_text("\n");
    ::_exit(static_cast<int>(ExitCode::kData));
  }
  ::signal(SIGBUS, SIG_DFL);  // not of a mapping: the fault comes again and ends the program
}

}  // namespace

void explain_shortened_files() {
  struct sigaction action {};
  action.sa_sigaction = on_bus_error;
  action.sa_flags = SA_SIGINFO;
  ::sigaction(SIGBUS, &action, nullptr);
}

void watch_mapping(std::span<const std::byte> bytes, const std::filesystem::path& path) {
  const std::lock_guard lock(watched_mutex);
  const auto free = std::find_if(watched.begin(), watched.end(),
                                 [](const Watched& one) { return one.begin == nullptr; });
  if (free == watched.end()) return;
  const std::string& name = path.native();
  const size_t length = std::min(name.size(), free->path.size() - 1);
  free->path.fill('\0');
  std::copy_n(name.end() - static_cast<std::ptrdiff_t>(length), length, free->path.begin());
  free->size = bytes.size();
  free->begin.store(bytes.data(), std::memory_order_release);
}

void unwatch_mapping(std::span<const std::byte> bytes) {
  const std::lock_guard lock(watched_mutex);
  const auto found = std::find_if(watched.begin(), watched.end(),
                                  [&](const Watched& one) { return one.begin == bytes.data(); });
  if (found != watched.end()) found->begin.store(nullptr, std::memory_order_release);
}

}  // namespace assay
