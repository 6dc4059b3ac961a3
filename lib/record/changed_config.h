#pragma once

#include <string>

#include "record/run_manifest.h"

namespace assay {

/// The settings in which one process of a run differs from another, "train.steps = 60 (was 40), …";
/// the digest of `now`'s config where a record does not hold both; empty where they are the same.
std::string changed_config(const RunManifest& before, const RunManifest& now);

}  // namespace assay
