#include "metrics/metrics_server.h"

#include <catch2/catch.hpp>

#include <chrono>
#include <fstream>
#include <thread>
#include <vector>

#include "error/error.h"
#include "formats/file_descriptor.h"
#include "formats/temporary_folder.h"
#include "metrics/http_get.h"

namespace assay {
namespace {

using Catch::Matchers::Contains;

MetricsAddress loopback(uint16_t port) { return {"127.0.0.1", port}; }

TEST_CASE("the endpoint serves the registry") {
  MetricsRegistry registry;
  registry.add(Metric::kTokens, {}, 4096);
  const uint16_t port = free_port();
  const MetricsServer server(registry, loopback(port));
  CHECK(server.url() == "http://127.0.0.1:" + std::to_string(port) + "/metrics");
  const std::string answer = http_get_metrics(port);
  CHECK_THAT(answer, Contains("HTTP/1.1 200 OK") && Contains("assay_tokens_total 4096\n"));
  registry.add(Metric::kTokens, {}, 4096);
  CHECK_THAT(http_get_metrics(port), Contains("assay_tokens_total 8192\n"));
}

TEST_CASE("a busy port is one clear config error and the first server goes on") {
  MetricsRegistry registry;
  const uint16_t port = free_port();
  const MetricsServer first(registry, loopback(port));
  CHECK_THROWS_AS(MetricsServer(registry, loopback(port)), ConfigError);
  CHECK_THROWS_WITH(MetricsServer(registry, loopback(port)),
                    Contains("cannot listen on 127.0.0.1:" + std::to_string(port)) &&
                        Contains("Address already in use") && Contains("--set metrics.address"));
  CHECK_THAT(http_get_metrics(port), Contains("200 OK"));
}

TEST_CASE("a server ends at once") {
  MetricsRegistry registry;
  const auto start = std::chrono::steady_clock::now();
  { const MetricsServer server(registry, loopback(free_port())); }
  { const MetricsServer server(registry, {"0.0.0.0", free_port()}); }
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(2));
}

TEST_CASE("an address of another machine cannot be listened on") {
  MetricsRegistry registry;
  CHECK_THROWS_WITH(MetricsServer(registry, {"203.0.113.1", 9464}),
                    Contains("Cannot assign requested address"));
}

TEST_CASE("ten idle connections do not keep a scraper out") {
  MetricsRegistry registry;
  const uint16_t port = free_port();
  const MetricsServer server(registry, loopback(port));
  std::vector<FileDescriptor> idle;
  idle.reserve(10);
  for (int i = 0; i < 10; ++i) idle.emplace_back(idle_connection(port));
  const auto start = std::chrono::steady_clock::now();
  CHECK_THAT(http_get_metrics(port), Contains("200 OK"));
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(5));
}

TEST_CASE("scrapers that ask and never read keep nobody out and hold no end up") {
  MetricsRegistry registry;
  const uint16_t port = free_port();
  std::vector<FileDescriptor> slow;
  auto ended = std::chrono::steady_clock::now();
  {
    const MetricsServer server(registry, loopback(port));
    for (int i = 0; i < 20; ++i) slow.push_back(unread_request(port));
    const auto start = std::chrono::steady_clock::now();
    CHECK_THAT(http_get_metrics(port), Contains("200 OK"));
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(5));
    ended = std::chrono::steady_clock::now();
  }
  CHECK(std::chrono::steady_clock::now() - ended < std::chrono::seconds(5));
}

TEST_CASE("lingering ends with the next scrape, and waits for nobody where nobody scraped") {
  MetricsRegistry registry;
  const uint16_t port = free_port();
  const MetricsServer server(registry, loopback(port));
  const auto never = [] { return false; };
  const auto start = std::chrono::steady_clock::now();
  server.linger(Seconds(3600), never);
  static_cast<void>(http_get_metrics(port));
  CHECK(server.num_scrapes() == 1);
  server.linger(Seconds(0.02), never);
  CHECK(std::chrono::steady_clock::now() - start >= std::chrono::milliseconds(20));
  server.linger(Seconds(3600), [] { return true; });
  std::jthread scraper([port] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    static_cast<void>(http_get_metrics(port));
  });
  server.linger(Seconds(3600), never);
  CHECK(server.num_scrapes() == 2);
}

TEST_CASE("an address is an IP address and a port, and each rank has its own port") {
  CHECK(parse_metrics_address("0.0.0.0:80").text() == "0.0.0.0:80");
  CHECK(parse_metrics_address("0.0.0.0:80").url() == "http://127.0.0.1:80/metrics");
  CHECK(parse_metrics_address("localhost:9464").text() == "127.0.0.1:9464");
  CHECK(parse_metrics_address("[::1]:9464").host == "[::1]");
  CHECK(for_local_rank(parse_metrics_address("127.0.0.1:9464"), 3).port == 9467);
  CHECK_THROWS_AS(for_local_rank({"127.0.0.1", 65535}, 1), ConfigError);
  for (const char* bad :
       {"", "9464", ":9464", "127.0.0.1", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536",
        "127.0.0.1:94x", "host:9464", "::1:9464", "127.0.0.1:-1", "1.2.3.4,80:9464"}) {
    CHECK_THROWS_AS(parse_metrics_address(bad), ConfigError);
    CHECK_THROWS_WITH(parse_metrics_address(bad), Contains("metrics.address wants"));
  }
}

// Debian's civetweb has no IPv6. Where a library has it the address is served, and a machine may
// have no such address.
TEST_CASE("an IPv6 address that the HTTP library cannot take is refused with the reason") {
  const MetricsRegistry registry;
  std::string fault;
  try {
    const MetricsServer server(registry, {"[::1]", free_port()});
  } catch (const ConfigError& error) {
    fault = error.what();
  }
  CHECK((fault.empty() || fault.find("without IPv6") != std::string::npos ||
         fault.find("assign requested address") != std::string::npos));
  CHECK_THAT(fault, !Contains("did not start"));
}

TEST_CASE("with a password only who shows it is answered") {
  const TemporaryFolder folder;
  const auto file = folder.path() / "password";
  std::ofstream(file) << "gold\n";
  MetricsRegistry registry;
  registry.add(Metric::kSteps, {}, 3);
  const uint16_t port = free_port();
  const MetricsServer server(registry, loopback(port), ScrapePassword("prometheus", file));
  CHECK_THAT(http_get_metrics(port), Contains("401 Unauthorized") && !Contains("assay_steps"));
  // prometheus:gold and prometheus:lead
  CHECK_THAT(http_get_metrics(port, "Authorization: Basic cHJvbWV0aGV1czpnb2xk\r\n"),
             Contains("200 OK") && Contains("assay_steps_total 3\n"));
  CHECK_THAT(http_get_metrics(port, "Authorization: Basic cHJvbWV0aGV1czpsZWFk\r\n"),
             Contains("401 Unauthorized"));
}

TEST_CASE("a password that is not there is a config error") {
  const TemporaryFolder folder;
  CHECK_THROWS_WITH(ScrapePassword("prometheus", folder.path() / "none"),
                    Contains("no password in metrics.password_file"));
  std::ofstream(folder.path() / "empty") << "\n";
  CHECK_THROWS_AS(ScrapePassword("prometheus", folder.path() / "empty"), ConfigError);
}

}  // namespace
}  // namespace assay
