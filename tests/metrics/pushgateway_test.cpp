#include "metrics/pushgateway.h"

#include <catch2/catch.hpp>

#include <chrono>
#include <memory>

#include "error/error.h"
#include "formats/file_descriptor.h"
#include "metrics/http_get.h"
#include "metrics/metrics_server.h"

namespace assay {
namespace {

using Catch::Matchers::Contains;

TEST_CASE("the address of a Pushgateway is http, a host and a port") {
  const PushgatewayAddress address = parse_pushgateway("http://push.example:9091/");
  CHECK(address.host == "push.example");
  CHECK(address.port == "9091");
  for (const char* bad : {"", "push:9091", "https://push:9091", "http://push", "http://:9091",
                          "http://push:port", "http://push:99999", "http://push:9091/metrics"}) {
    CHECK_THROWS_AS(parse_pushgateway(bad), ConfigError);
  }
}

TEST_CASE("a Pushgateway that is down or refuses is a storage error with the reason") {
  const std::string port = std::to_string(free_port());
  CHECK_THROWS_WITH(
      push_run({"127.0.0.1", port}, "r", "x 1\n"),
      Contains("no Pushgateway at http://127.0.0.1:" + port) && Contains("Connection refused"));
  CHECK_THROWS_WITH(forget_run({"no-such-host.invalid", "9091"}, "r"),
                    Contains("no Pushgateway at http://no-such-host.invalid"));
  // An endpoint answers, but takes no pushes.
  const MetricsRegistry registry;
  const uint16_t other = free_port();
  const MetricsServer server(registry, {"127.0.0.1", other});
  CHECK_THROWS_WITH(push_run({"127.0.0.1", std::to_string(other)}, "r", "x 1\n"),
                    Contains("refuses run r: 405"));
}

TEST_CASE("a Pushgateway that hears and does not answer holds a run up for seconds only") {
  const uint16_t port = free_port();
  const FileDescriptor silent = listen_on(port);
  const auto begin = std::chrono::steady_clock::now();
  CHECK_THROWS_AS(push_run({"127.0.0.1", std::to_string(port)}, "r", "x 1\n"), StorageError);
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(11));
}

}  // namespace
}  // namespace assay
