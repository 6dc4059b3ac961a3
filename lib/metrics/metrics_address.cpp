#include "metrics/metrics_address.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <array>
#include <charconv>

#include "error/error.h"

namespace assay {
namespace {

bool is_address(const std::string& host) {
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    return ::inet_pton(AF_INET6, host.substr(1, host.size() - 2).c_str(), bytes.data()) == 1;
  }
  return ::inet_pton(AF_INET, host.c_str(), bytes.data()) == 1;
}

}  // namespace

std::string MetricsAddress::text() const { return fmt::format("{}:{}", host, port); }

std::string MetricsAddress::url() const {
  const bool all_interfaces = host == "0.0.0.0" || host == "[::]";
  return fmt::format("http://{}:{}/metrics", all_interfaces ? "127.0.0.1" : host, port);
}

MetricsAddress parse_metrics_address(std::string_view text) {
  const size_t colon = text.rfind(':');
  MetricsAddress address;
  if (colon != std::string_view::npos) {
    address.host = text.substr(0, colon);
    const std::string_view port = text.substr(colon + 1);
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), address.port);
    if (error != std::errc() || end != port.data() + port.size()) address.port = 0;
  }
  if (address.host == "localhost") address.host = "127.0.0.1";
  if (address.port == 0 || !is_address(address.host)) {
    throw ConfigError(fmt::format(
        "[metrics] no address: \"{}\" (metrics.address wants an IP address and a port, like "
        "127.0.0.1:9464, or off)",
        text));
  }
  return address;
}

MetricsAddress for_local_rank(MetricsAddress address, int local_rank) {
  const int port = address.port + local_rank;
  if (port > 65535) {
    throw ConfigError(fmt::format("[metrics] no port {} for local rank {}: metrics.address is {}",
                                  port, local_rank, address.text()));
  }
  address.port = static_cast<uint16_t>(port);
  return address;
}

}  // namespace assay
