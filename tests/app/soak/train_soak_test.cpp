// The long version of the kill test: 20 kills, or as many as ASSAY_SOAK_KILLS says.
#include <catch2/catch.hpp>

#include <cstdlib>
#include <string>

#include "torch/kill_loop.h"

TEST_CASE("SIGKILL at twenty random moments changes nothing that a run computes") {
  const char* kills = std::getenv("ASSAY_SOAK_KILLS");
  const char* seed = std::getenv("ASSAY_SOAK_SEED");
  check_kills_change_nothing(kills == nullptr ? 20 : std::stoi(kills),
                             seed == nullptr ? 1 : static_cast<uint32_t>(std::stoul(seed)));
}
