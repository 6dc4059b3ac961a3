#include "cost/budget_watch.h"

#include <fmt/format.h>

#include <exception>

namespace assay {
namespace {

// The first steps pay for allocation and the page cache: what they project is no news.
constexpr double kShareBeforeProjection = 0.02;

}  // namespace

void BudgetWatch::consume(const RunItem& item) noexcept {
  try {
    if (const auto* step = std::get_if<StepRecord>(&item)) step_ended(*step);
  } catch (const std::exception&) {  // memory, for the text of a warning
  }
}

void BudgetWatch::begin(double now_unix_s) {
  const Money spent = rent_.so_far(now_unix_s);
  if (spent.amount < budget_.amount) return;
  is_spent_ = projection_told_ = true;
  warning_ = fmt::format("the budget was spent before the first step: {:.6g} of {:.6g} {}",
                         spent.amount, budget_.amount, budget_.currency);
}

void BudgetWatch::step_ended(const StepRecord& step) {
  rent_.step_ended(step.step, step.time_unix_s, step.profile.wall);
  const Money spent = rent_.so_far(step.time_unix_s);
  if (!is_spent_ && spent.amount >= budget_.amount) {
    is_spent_ = projection_told_ = true;
    warning_ = fmt::format("the budget is spent: {:.6g} of {:.6g} {} after step {}", spent.amount,
                           budget_.amount, budget_.currency, step.step);
    return;
  }
  const Money projected = *rent_.projected();
  if (projection_told_ || projected.amount <= budget_.amount ||
      spent.amount < kShareBeforeProjection * budget_.amount) {
    return;
  }
  projection_told_ = true;
  warning_ =
      fmt::format("the run will pass its budget: {:.6g} {} at its last step, {:.6g} are allowed",
                  projected.amount, budget_.currency, budget_.amount);
}

}  // namespace assay
