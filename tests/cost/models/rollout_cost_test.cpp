#include "cost/models/rollout_cost.h"

#include <catch2/catch.hpp>

namespace assay {
namespace {

TEST_CASE("rollouts cost prompts read, answers sampled and learning, each by its throughput") {
  const RolloutInputs inputs{.rollouts = rollout_count(10, 4, 9),
                             .prompt_tokens = 100,
                             .response_tokens = 1000,
                             .prefill_rate = 10,
                             .decode_rate = 1,
                             .active_params = 2e9,
                             .update_flops = 1.1e13};
  CHECK(inputs.rollouts == 360);
  CHECK(prefill_hours(inputs).value() == Approx(1));
  CHECK(decode_hours(inputs).value() == Approx(100));
  // 6 * 2e9 * 360 * 1100 FLOP at 1.1e13 FLOP/s.
  CHECK(update_hours(inputs).value() == Approx(432.0 / 3600));
  CHECK(rollout_hours(inputs).value() == Approx(101.12));
}

TEST_CASE("prompts that a cache answers take no time to read") {
  const RolloutInputs inputs{.rollouts = 360, .response_tokens = 10, .decode_rate = 1};
  CHECK(prefill_hours(inputs).value() == 0);
  CHECK(decode_hours(inputs).value() == Approx(1));
}

}  // namespace
}  // namespace assay
