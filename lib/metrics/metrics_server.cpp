#include "metrics/metrics_server.h"

#include <fmt/format.h>
#include <netdb.h>
#include <prometheus/exposer.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <stop_token>
#include <thread>

#include "error/error.h"
#include "formats/file_descriptor.h"

namespace assay {
namespace {

// Each idle connection holds a thread until the request timeout: with the library's default of two
// threads and 30 s two of them keep every scraper out for half a minute.
constexpr const char* kNumThreads = "16";
constexpr const char* kRequestTimeoutMs = "1000";

// A numeric host and port as the socket functions want them.
class SocketAddress {
 public:
  SocketAddress(std::string host, uint16_t port, int flags) {
    addrinfo hints{};
    hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | flags;
    hints.ai_socktype = SOCK_STREAM;
    if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
    if (::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &info_) != 0) {
      info_ = nullptr;
    }
  }
  ~SocketAddress() {
    if (info_ != nullptr) ::freeaddrinfo(info_);
  }
  SocketAddress(SocketAddress&&) = delete;

  [[nodiscard]] bool found() const { return info_ != nullptr; }
  [[nodiscard]] const addrinfo* get() const { return info_; }
  [[nodiscard]] FileDescriptor open_socket() const {
    return FileDescriptor(::socket(info_->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  }

 private:
  addrinfo* info_ = nullptr;
};

// Why nobody can listen at the address; prometheus-cpp does not say.
std::string why_not(const MetricsAddress& address) {
  const SocketAddress target(address.host, address.port, AI_PASSIVE);
  if (!target.found()) return "no such address";
  const FileDescriptor socket = target.open_socket();
  const int yes = 1;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
  const bool can_listen =
      ::bind(socket.get(), target.get()->ai_addr, target.get()->ai_addrlen) == 0 &&
      ::listen(socket.get(), 1) == 0;
  return can_listen ? "the HTTP server did not start" : std::strerror(errno);
}

}  // namespace

MetricsServer::MetricsServer(const MetricsRegistry& registry, MetricsAddress address)
    : address_(std::move(address)), collectable_(registry.collectable()) {
  try {
    exposer_ = std::make_unique<prometheus::Exposer>(
        std::vector<std::string>{"listening_ports", address_.text(), "num_threads", kNumThreads,
                                 "request_timeout_ms", kRequestTimeoutMs});
  } catch (const std::exception&) {
    throw ConfigError(
        fmt::format("[metrics] cannot listen on {}: {} (another address: --set "
                    "metrics.address=HOST:PORT; none: --set metrics.address=off)",
                    address_.text(), why_not(address_)));
  }
  exposer_->RegisterCollectable(collectable_);
}

// The server's accepting thread looks only every two seconds whether it shall end, unless somebody
// connects. So somebody does, until it has ended.
MetricsServer::~MetricsServer() {
  std::jthread caller([this](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
      const SocketAddress target(address_.host, address_.port, 0);
      if (!target.found()) return;
      const FileDescriptor socket = target.open_socket();
      static_cast<void>(::connect(socket.get(), target.get()->ai_addr, target.get()->ai_addrlen));
    }
  });
  exposer_.reset();
}

}  // namespace assay
