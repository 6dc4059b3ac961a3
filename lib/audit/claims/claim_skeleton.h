#pragma once

#include <string>

namespace assay::audit {

/// A claim file to fill in: every key that most claims need, with a comment on each. What is
/// required is empty, so that it is refused until it is filled. Throws: ConfigError where `id` is
/// no id of a claim.
std::string claim_skeleton(const std::string& id);

}  // namespace assay::audit
