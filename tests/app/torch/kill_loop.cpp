#include "kill_loop.h"

#include <signal.h>

#include <catch2/catch.hpp>

#include <chrono>
#include <random>
#include <thread>

#include "child_program.h"
#include "small_run.h"

namespace {

std::vector<std::string> every_step(int64_t num_steps) {
  return {"--set",    "train.steps=" + std::to_string(num_steps),
          "--set",    "checkpoint.every_steps=1",
          "--resume", "auto"};
}

/// Starts the run, lets it make at least one step and kills it a random moment later. False where
/// it was finished before.
bool start_and_kill(const SmallRun& run, int64_t num_steps, std::mt19937& random) {
  const size_t before = run.num_step_lines("killed");
  ChildProgram child(run.train("killed", every_step(num_steps)), run.folder() / "killed.log");
  const bool moved = child.wait_until([&] { return run.num_step_lines("killed") > before; });
  INFO(child.log());
  REQUIRE((moved || run.num_step_lines("killed") >= static_cast<size_t>(num_steps)));
  std::this_thread::sleep_for(
      std::chrono::microseconds(std::uniform_int_distribution<int>(0, 120'000)(random)));
  const bool lived = child.running();
  child.signal(SIGKILL);
  CHECK(child.wait() == (lived ? 128 + SIGKILL : 0));
  return lived;
}

}  // namespace

void check_kills_change_nothing(int num_kills, uint32_t seed) {
  INFO("seed of the random moments: " << seed);
  const SmallRun run;
  const int64_t num_steps = 25 * num_kills + 25;
  ChildProgram whole(run.train("whole", every_step(num_steps)), run.folder() / "whole.log");
  const int whole_exit = whole.wait();
  INFO(whole.log());
  REQUIRE(whole_exit == 0);

  std::mt19937 random(seed);
  int num_hits = 0;
  for (int kill = 0; kill < num_kills; ++kill)
    num_hits += start_and_kill(run, num_steps, random) ? 1 : 0;
  CHECK(num_hits > 0);
  ChildProgram last(run.train("killed", every_step(num_steps)), run.folder() / "killed.log");
  const int last_exit = last.wait();
  INFO(last.log());
  REQUIRE(last_exit == 0);

  CHECK(run.steps("whole").size() == static_cast<size_t>(num_steps));
  CHECK(run.steps("killed") == run.steps("whole"));
  const auto whole_state = run.state("whole", num_steps);
  const auto killed_state = run.state("killed", num_steps);
  CHECK(killed_state.at("files") == whole_state.at("files"));  // digests of weights and moments
  CHECK(killed_state.at("totals").at("tokens") == whole_state.at("totals").at("tokens"));
  CHECK(killed_state.at("data") == whole_state.at("data"));
  CHECK(killed_state.at("schedule") == whole_state.at("schedule"));
}
