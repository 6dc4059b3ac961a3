#pragma once

#include <string>
#include <vector>

#include "cost/loss_curve.h"
#include "record/run_record.h"

namespace assay::audit {

/// The devices of a process of a run: "cpu AMD EPYC, 2 threads".
std::string device_text(const RunManifest& manifest);

/// What makes a setting: all of the config that training follows from, but the seed.
std::string setting_key(const RunManifest& manifest);

/// The smoothed loss curves of runs that are on like terms.
/// Throws: DataError with every reason where they ran on other devices, on other data, with another
/// tokenizer, or were evaluated on other parts of it or fewer than three times; and with the runs
/// among them that are on like terms.
std::vector<LossCurve> curves_on_like_terms(const std::vector<RunRecord>& runs);

}  // namespace assay::audit
