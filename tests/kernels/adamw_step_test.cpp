#include "kernels/adamw_step.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

using namespace assay::kernels;

namespace {

constexpr rows::AdamWSettings kStepSettings{
    .beta1 = 0.9, .beta2 = 0.95, .epsilon = 1e-8, .grad_clip = 1.0};

constexpr double kNotANumber = std::numeric_limits<double>::quiet_NaN();
constexpr double kEndless = std::numeric_limits<double>::infinity();

}  // namespace

TEST_CASE("gradients are divided by their targets and clipped by the norm of their mean") {
  const rows::AdamWInput input{.squares = 400, .num_targets = 4, .lr = 0.01, .applied_steps = 2};
  const rows::AdamWDecision decision = rows::adamw_decision(kStepSettings, input);
  CHECK(decision.grad_norm == 5.0);
  CHECK_FALSE(decision.skipped);
  CHECK(decision.applied_steps == 3);
  CHECK(decision.step.grad_factor == Approx(1.0 / 5 / 4).epsilon(1e-6));
  CHECK(decision.step.rate == Approx(0.01 / (1 - std::pow(0.9, 3))).epsilon(1e-6));
  CHECK(decision.step.second_factor == Approx(1 / std::sqrt(1 - std::pow(0.95, 3))).epsilon(1e-6));
  CHECK(decision.with_decay(0.1).keep == Approx(0.999).epsilon(1e-6));
  CHECK(decision.with_decay(0).keep == 1.0F);
  CHECK(decision.with_decay(0.1).rate == decision.step.rate);
}

TEST_CASE("a norm under the limit, or no limit, clips nothing") {
  rows::AdamWSettings settings = kStepSettings;
  const rows::AdamWInput input{.squares = 400, .num_targets = 4, .lr = 0.01};
  settings.grad_clip = GENERATE(0.0, 5.1);
  CHECK(rows::adamw_decision(settings, input).step.grad_factor == 0.25F);
}

TEST_CASE("a step that is not finite is skipped and does not count") {
  const auto [squares, num_targets, loss_sum] =
      GENERATE(table<double, double, double>({{kNotANumber, 4, 0},
                                              {kEndless, 4, 0},
                                              {4, 4, kNotANumber},
                                              {4, 4, kEndless},
                                              {4, 4, -kEndless},
                                              {4, 0, 0}}));
  const rows::AdamWInput input{.squares = squares,
                               .num_targets = num_targets,
                               .loss_sum = loss_sum,
                               .lr = 0.01,
                               .applied_steps = 2};
  const rows::AdamWDecision decision = rows::adamw_decision(kStepSettings, input);
  CHECK(decision.skipped);
  CHECK(decision.applied_steps == 2);
}
