#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "audit/output/language.h"
#include "units/measure.h"

namespace assay::audit {

/// What a figure of a stage, run or total stands for. The rules find their operands by role, never
/// by claim.
struct FigureRole {
  std::string_view name;  ///< the TOML key: "hours"
  Dimension dimension{};
  std::string_view unit;  ///< an example for messages: "gpu_h"
  std::string_view en;
  std::string_view ja;
  bool additive = false;     ///< the stages of a total add up
  bool may_be_zero = false;  ///< nought is a published amount of it (market-based carbon)
};

/// Every role, in the order of CLAIM_FORMAT.md.
std::span<const FigureRole> figure_roles();

/// The role of that name, or null.
const FigureRole* find_role(std::string_view name);

/// The names of all roles, for messages.
std::vector<std::string_view> role_names();

/// The name of a role in a language; the key itself where it is no role.
std::string_view role_title(std::string_view name, Language language);

}  // namespace assay::audit
