#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "audit/costs/cost_estimate.h"
#include "audit/costs/cost_methods.h"
#include "audit/rule_context.h"

namespace assay::audit {

/// Inputs of a method in the order in which it lists them.
using SheetValues = std::span<const double>;

/// The currency of every price of configs/registry/cost_methods.toml.
inline constexpr std::string_view kCostCurrency = "USD";

/// One claim reckoned by published methods. Every method adds an estimate, or says what it lacks;
/// inputs that the claim and the registry do not have stay absent.
class CostSheet {
 public:
  CostSheet(const RuleContext& context, const CostMethods& methods);

  /// Each adds its estimate; the equation and its source stand at the pure function that it calls.
  void rent();
  void cloud();
  void committed();
  void amortised();
  void acquisition();
  void tco();
  void energy();
  void carbon();
  void predicted();
  void rollouts();
  void programme();

  std::vector<CostEstimate> estimates;

 private:
  struct Method {
    std::string name;
    std::string unit;
    std::vector<std::string> covers;
    std::string source;
  };

  [[nodiscard]] TermStep step_of(const Figure& figure, std::string_view unit,
                                 const std::string& name) const;
  [[nodiscard]] const Figure& of_hardware(const char* name) const {
    return methods_.hardware.at(name);
  }
  [[nodiscard]] const Figure& of_power(const char* name) const {
    return methods_.electricity.at(name);
  }
  [[nodiscard]] std::optional<TermStep> market_step() const;
  [[nodiscard]] std::optional<TermStep> devices_step() const;
  [[nodiscard]] const Figure* drawn_power() const;
  [[nodiscard]] const ClaimPart* rollout_part() const;
  [[nodiscard]] std::optional<TermStep> power_step() const;
  [[nodiscard]] std::optional<double> years_owned() const;
  // kW, node factor, load and PUE: those of the claim, else of the registry.
  [[nodiscard]] std::vector<TermStep> draw_steps() const;
  // The same after the hours.
  [[nodiscard]] std::vector<TermStep> power_steps() const;
  void add(const Method& method, const std::vector<TermStep>& inputs,
           const std::function<double(SheetValues)>& result, const std::string& formula);
  void lack(const Method& method, std::string_view what);

  const RuleContext& context_;
  const CostMethods& methods_;
  const ClaimPart& total_;
  std::string device_;
  std::optional<TermStep> hours_;
  std::optional<TermStep> devices_;
  const InstalledDevice* installed_ = nullptr;
};

/// An input's value as a formula shows it.
std::string shown_value(const TermStep& step);

}  // namespace assay::audit
