#pragma once

#include <optional>
#include <string>
#include <utility>

#include "record/rent_meter.h"
#include "record/step_record.h"
#include "units/money.h"

namespace assay {

/// Holds the rent of a run against its budget. Warns once when the projection passes it and once
/// when the rent does. Used by one thread.
class BudgetWatch : public StepSink {
 public:
  /// `budget` is in the price's currency.
  BudgetWatch(RentMeter::Options rent, Money budget)
      : rent_(std::move(rent)), budget_(std::move(budget)) {}

  void consume(const RunItem& item) noexcept override;
  /// Tells what a process spent before its first step, earlier processes included.
  void begin(double now_unix_s);
  /// The warning that came since the last call, if any.
  [[nodiscard]] std::optional<std::string> take_warning() {
    return std::exchange(warning_, std::nullopt);
  }

  /// True once a step ended, or a process began, at or above the budget.
  [[nodiscard]] bool is_spent() const { return is_spent_; }

 private:
  void step_ended(const StepRecord& step);

  RentMeter rent_;
  Money budget_;
  bool projection_told_ = false;
  bool is_spent_ = false;
  std::optional<std::string> warning_;
};

}  // namespace assay
