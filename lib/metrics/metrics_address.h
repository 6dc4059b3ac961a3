#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace assay {

/// Where the endpoint listens: an IPv4 address, or an IPv6 address in brackets, and a port.
struct MetricsAddress {
  std::string host;
  uint16_t port = 0;

  /// "127.0.0.1:9464"
  [[nodiscard]] std::string text() const;
  /// What a browser takes; an address that means "all interfaces" becomes this machine's.
  [[nodiscard]] std::string url() const;
};

/// Reads HOST:PORT, where HOST may be "localhost". Throws: ConfigError on any other form: no host,
/// no port, port 0 or above 65535.
MetricsAddress parse_metrics_address(std::string_view text);

/// The address of a rank on its node: `local_rank` ports higher. Throws: ConfigError where there is
/// no such port.
MetricsAddress for_local_rank(MetricsAddress address, int local_rank);

}  // namespace assay
