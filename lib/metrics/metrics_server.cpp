#include "metrics/metrics_server.h"

#include <fmt/format.h>
#include <netdb.h>
#include <prometheus/collectable.h>
#include <prometheus/exposer.h>
#include <prometheus/metric_family.h>
#include <sys/socket.h>

#include <atomic>
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
// threads and 30 s two of them keep every scraper out for half a minute. With these, 100 idle
// connections and 50 scrapers at once are served within 1.1 s; a thread that waits costs 50 KiB.
constexpr const char* kNumThreads = "64";
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
  if (!can_listen) return std::strerror(errno);
  return target.get()->ai_family == AF_INET6
             ? "the system's HTTP library (civetweb) was built without IPv6"
             : "the HTTP server did not start";
}

}  // namespace

// The registry, with a count of how often it was read.
class MetricsServer::CountedRegistry : public prometheus::Collectable {
 public:
  explicit CountedRegistry(std::shared_ptr<prometheus::Collectable> registry)
      : registry_(std::move(registry)) {}

  [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override {
    ++num_scrapes_;
    return registry_->Collect();
  }
  [[nodiscard]] int64_t num_scrapes() const { return num_scrapes_; }

 private:
  std::shared_ptr<prometheus::Collectable> registry_;
  mutable std::atomic<int64_t> num_scrapes_ = 0;
};

MetricsServer::MetricsServer(const MetricsRegistry& registry, MetricsAddress address,
                             std::optional<ScrapePassword> password)
    : address_(std::move(address)),
      collectable_(std::make_shared<CountedRegistry>(registry.collectable())) {
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
  if (password) {
    exposer_->RegisterAuth(
        [kept = *std::move(password)](const std::string& user, const std::string& shown) {
          return kept.is_right(user, shown);
        },
        "assay");
  }
  exposer_->RegisterCollectable(collectable_);
}

int64_t MetricsServer::num_scrapes() const { return collectable_->num_scrapes(); }

void MetricsServer::linger(Seconds limit, const std::function<bool()>& stop) const {
  const int64_t before = num_scrapes();
  if (before == 0) return;
  const auto deadline =
      std::chrono::steady_clock::now() + std::chrono::duration<double>(limit.value());
  while (num_scrapes() == before && !stop() && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
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
