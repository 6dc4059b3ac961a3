#pragma once

#include <string_view>
#include <vector>

namespace assay::audit {

/// A role in a relation between printed figures.
struct RolePower {
  std::string_view role;
  std::string_view unit;  ///< empty: the printed unit (money, whose currency must agree)
  int exponent = 1;
  bool optional = false;
  bool either = false;  ///< sources print the product with it and without it
};

/// constant * product of role^exponent = 1 within one stage, run or total. The first role is what
/// the relation is solved for unless the headline takes part.
struct RelationRow {
  std::string_view rule;
  double constant = 1.0;
  std::vector<RolePower> powers;
  std::string_view unless;  ///< a role that makes this row superfluous where the part states it
  /// Devices that are held are not always at work, and not at the speed of a steady step: the
  /// product may lie above one (1), below one (-1), or neither (0).
  int idle = 0;
};

/// Every relation between the printed figures of one stage, run or total.
const std::vector<RelationRow>& relation_rows();

}  // namespace assay::audit
