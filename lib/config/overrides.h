#pragma once

#include <map>
#include <string>
#include <vector>

#include "config/field_lister.h"
#include "config/toml_node.h"

namespace assay {

/// What stands above a config file: `--set` beats the environment, which beats the file.
///
/// A key `a.b_c` is the environment variable `ASSAY_A_B_C` (upper case, points and dashes become
/// underscores); `aliases` names variables that are called otherwise, such as ASSAY_METRICS_LISTEN
/// for metrics.address. A variable `ASSAY_<SECTION>_…` of a section of the config that fits no key
/// is an error; other ASSAY_ variables are none of the config's.
struct Overrides {
  std::vector<std::string> set;                    ///< "train.steps=3", in order; the last wins
  std::map<std::string, std::string> environment;  ///< variables by name
  std::map<std::string, std::string> aliases;      ///< variable -> key path
};

/// The ASSAY_ variables of this process.
std::map<std::string, std::string> assay_environment();

/// The environment variable of a key path.
std::string environment_name(const std::string& path);

/// Writes the overrides into `table` as texts whose place is the override itself. Throws:
/// ConfigError where a `--set` is not `key=value`, or an override cannot have a place in the table.
void apply_overrides(TomlTable& table, const Overrides& overrides,
                     const std::vector<FieldInfo>& fields);

}  // namespace assay
