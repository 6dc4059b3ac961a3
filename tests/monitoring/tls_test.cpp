// The documented proxy with TLS before the endpoint: configs/prometheus/tls/stunnel.conf.
#include <catch2/catch.hpp>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "formats/temporary_folder.h"
#include "metrics/http_get.h"
#include "metrics/metrics_server.h"
#include "monitoring/http.h"
#include "monitoring/service.h"

namespace assay {
namespace {

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

void make_certificate(const TemporaryFolder& folder) {
  const std::string pem = (folder / "metrics.pem").string();
  const std::string ca = (folder / "ca.pem").string();
  const std::string command =
      "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost "
      "-addext subjectAltName=DNS:localhost -keyout " +
      pem + " -out " + ca + " 2>/dev/null && cat " + ca + " >>" + pem;
  REQUIRE(std::system(command.c_str()) == 0);
}

std::string proxy_config(const TemporaryFolder& folder, uint16_t accept, uint16_t connect) {
  std::ifstream file(ASSAY_SOURCE_DIR "/configs/prometheus/tls/stunnel.conf");
  std::string text{std::istreambuf_iterator<char>(file), {}};
  text = replaced(text, "accept = 0.0.0.0:9465", "accept = 127.0.0.1:" + std::to_string(accept));
  text =
      replaced(text, "connect = 127.0.0.1:9464", "connect = 127.0.0.1:" + std::to_string(connect));
  return replaced(text, "cert = /etc/assay/metrics.pem",
                  "cert = " + (folder / "metrics.pem").string());
}

TEST_CASE("the documented proxy serves the endpoint with TLS, and only who trusts it is answered") {
  const TemporaryFolder folder;
  make_certificate(folder);
  MetricsRegistry registry;
  registry.add(Metric::kSteps, {}, 3);
  const uint16_t port = free_port();
  const uint16_t tls_port = free_port();
  const MetricsServer server(registry, {"127.0.0.1", port});
  std::ofstream(folder / "stunnel.conf") << proxy_config(folder, tls_port, port);
  const Service proxy({STUNNEL, (folder / "stunnel.conf").string()}, folder / "log");
  const std::string url = "https://localhost:" + std::to_string(tls_port) + "/metrics";
  HttpAnswer answer;
  const bool answered = wait_until([&] {
    answer = http_request(url, "GET", "", (folder / "ca.pem").string());
    return answer.status == 200;
  });
  INFO(proxy.log());
  REQUIRE(answered);
  CHECK_THAT(answer.body, Catch::Contains("assay_steps_total 3\n"));
  CHECK(http_request(url).status == 0);  // its certificate is not one that the machine trusts
  CHECK(http_request("http://localhost:" + std::to_string(tls_port) + "/metrics").status == 0);
}

}  // namespace
}  // namespace assay
