// The metrics endpoint of the real program, with LibTorch and CUDA's libraries loaded.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "child_program.h"
#include "free_port.h"
#include "program.h"
#include "small_run.h"

namespace {

sockaddr_in local(uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

/// Listens on a port that nobody else has, and keeps it while it lives.
class TakenPort {
 public:
  TakenPort() : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address = local(0);
    socklen_t size = sizeof(address);
    REQUIRE(bind(socket_, reinterpret_cast<sockaddr*>(&address), size) == 0);
    REQUIRE(listen(socket_, 1) == 0);
    REQUIRE(getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    number_ = ntohs(address.sin_port);
  }
  ~TakenPort() { close(socket_); }
  TakenPort(const TakenPort&) = delete;
  TakenPort& operator=(const TakenPort&) = delete;
  [[nodiscard]] uint16_t number() const { return number_; }

 private:
  int socket_;
  uint16_t number_ = 0;
};

TEST_CASE("the real program serves its metrics while it trains") {
  const SmallRun run;
  const uint16_t port = free_port();
  const std::string address = "127.0.0.1:" + std::to_string(port);
  ChildProgram child(
      run.train("a", {"--set", "train.steps=100000", "--set", "metrics.address=" + address}),
      run.folder() / "log");
  std::string answer;
  const bool served = child.wait_until([&] {
    answer = get_metrics(port);
    return answer.find("assay_steps_total") != std::string::npos;
  });
  INFO(child.log());
  INFO(answer);
  REQUIRE(served);
  CHECK_THAT(answer, Catch::Contains("200 OK"));
  CHECK_THAT(answer, Catch::Contains("assay_device_seconds_total"));
  // The endpoint is up before its address is printed.
  CHECK(child.wait_until(
      [&] { return child.log().find("http://" + address + "/metrics") != std::string::npos; }));
  child.signal(SIGTERM);
  CHECK(child.wait() == 75);
}

TEST_CASE("a run that was scraped waits for the scrape of its last step") {
  const SmallRun run;
  const uint16_t port = free_port();
  const std::string address = "127.0.0.1:" + std::to_string(port);
  ChildProgram child(run.train("a", {"--set", "train.steps=300", "--set", "metrics.linger=120 s",
                                     "--set", "metrics.address=" + address}),
                     run.folder() / "log");
  REQUIRE(child.wait_until(
      [&] { return get_metrics(port).find("assay_planned_steps 300\n") != std::string::npos; }));
  REQUIRE(child.wait_until([&] {
    const auto events = run.events("a");
    return !events.empty() && events.back().at("event") == "sample";
  }));
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  CHECK(child.running());
  const std::string last = get_metrics(port);
  CHECK_THAT(last, Catch::Contains("assay_step 300\n"));
  CHECK(child.wait() == 0);
  CHECK(run.events("a").back().at("message") == "finished");
}

TEST_CASE("a busy metrics port is exit 2 and leaves no run behind") {
  const SmallRun run;
  const TakenPort taken;
  const std::string address = "127.0.0.1:" + std::to_string(taken.number());
  const ProgramResult result = run_assay(run.train("a", {"--set", "metrics.address=" + address}));
  INFO(result.err);
  CHECK(result.exit_code == 2);
  CHECK_THAT(result.err, Catch::Contains(address));
  CHECK_FALSE(std::filesystem::exists(run.folder() / "a"));
}

TEST_CASE("a Pushgateway that is down is a warning and the run ends as it would") {
  const SmallRun run;
  const uint16_t port = free_port();
  const std::string gateway = "metrics.pushgateway=http://127.0.0.1:" + std::to_string(port);
  const ProgramResult result = run_assay(run.train("a", {"--set", gateway}));
  INFO(result.out << result.err);
  CHECK(result.exit_code == 0);
  CHECK(run.steps("a").size() == 40);
  std::string warnings;
  for (const auto& event : run.events("a")) {
    if (event.at("event") == "warning") warnings += event.at("message").get<std::string>();
  }
  CHECK_THAT(warnings, Catch::Contains("no Pushgateway at") && Catch::Contains("refused"));
  CHECK(run.events("a").back().at("event") == "stop");
}

TEST_CASE(
    "a textfile that cannot be written is a warning, and the totals are pushed all the same") {
  const SmallRun run;
  const uint16_t port = free_port();
  const ProgramResult result = run_assay(
      run.train("a", {"--set", "metrics.textfile=" + (run.text() / "a.prom").string(), "--set",
                      "metrics.pushgateway=http://127.0.0.1:" + std::to_string(port)}));
  INFO(result.out << result.err);
  CHECK(result.exit_code == 0);
  std::string warnings;
  for (const auto& event : run.events("a")) {
    if (event.at("event") == "warning") warnings += event.at("message").get<std::string>();
  }
  CHECK_THAT(warnings, Catch::Contains("a.prom") && Catch::Contains("no Pushgateway at"));
  // Told before the first step too.
  CHECK_THAT(run.events("a").at(1).at("message").get<std::string>(),
             Catch::Contains("there is no such folder: " + run.text().string()));
  CHECK(run.events("a").back().at("message") == "finished");
}

// Unix time of the test's clock, which is the program's.
double test_now() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

// Whether one of the scrapes lies wholly inside an event of that kind.
bool answered_during(const std::vector<nlohmann::json>& events, const std::string& kind,
                     const std::vector<std::pair<double, double>>& scrapes) {
  return std::ranges::any_of(events, [&](const nlohmann::json& event) {
    if (event.at("event") != kind) return false;
    const double end = event.at("time_unix_s");
    const double begin = end - event.at("duration_s").get<double>();
    return std::ranges::any_of(
        scrapes, [&](const auto& scrape) { return scrape.first > begin && scrape.second < end; });
  });
}

TEST_CASE("the endpoint answers while the model is evaluated and while a checkpoint is written") {
  const SmallRun run;
  const uint16_t port = free_port();
  ChildProgram child(
      run.train("a", {"--set", "train.steps=1000000", "--set", "train.eval_every=10", "--set",
                      "train.eval_tokens=0", "--set", "checkpoint.every_steps=10", "--set",
                      "metrics.address=127.0.0.1:" + std::to_string(port)}),
      run.folder() / "log");
  std::vector<std::pair<double, double>> scrapes;
  const bool answered = child.wait_until([&] {
    for (int i = 0; i < 50; ++i) {
      const double begin = test_now();
      if (get_metrics(port).find("200 OK") == std::string::npos) return false;
      scrapes.emplace_back(begin, test_now());
    }
    const auto events = run.events("a");
    return answered_during(events, "eval", scrapes) &&
           answered_during(events, "checkpoint", scrapes);
  });
  INFO(child.log());
  CHECK(answered);
  child.signal(SIGTERM);
  CHECK(child.wait() == 75);
}

TEST_CASE("a malformed address is exit 2 and leaves no run behind") {
  const SmallRun run;
  for (const char* bad : {"metrics.address=nowhere", "metrics.address=127.0.0.1:0",
                          "metrics.pushgateway=127.0.0.1:9091", "metrics.user=prometheus"}) {
    const ProgramResult result = run_assay(run.train("a", {"--set", bad}));
    INFO(bad << ": " << result.err);
    CHECK(result.exit_code == 2);
    CHECK_FALSE(std::filesystem::exists(run.folder() / "a"));
  }
}

TEST_CASE("progress is one JSON object a line on request") {
  const SmallRun run;
  const ProgramResult result = run_assay(run.train("a", {"--progress", "json"}));
  REQUIRE(result.exit_code == 0);
  std::istringstream lines(result.err);
  int num_steps = 0;
  for (std::string line; std::getline(lines, line);) {
    const auto object = nlohmann::json::parse(line);
    num_steps += object.at("kind") == "progress" ? 1 : 0;
    if (object.at("kind") == "progress") CHECK(object.at("mfu").at("convention") == "exact_causal");
  }
  CHECK(num_steps >= 2);
  CHECK(run_assay(run.train("b", {"--progress", "none"})).err.empty());
}

}  // namespace
