#pragma once

#include <vector>

#include "cost/energy_use.h"
#include "record/run_manifest.h"

namespace assay {

/// Fills in how well the measured joules of a run are known: for each line the ratio to its check
/// and a relative uncertainty, and bounds of the total. The parts of a line add as squares: the
/// tick of the counter at both ends (power x tick / sqrt 6, where the probe knows the tick), 5 %
/// for a sensor that nobody calibrated, and how far the check is away. Errors of sensors may go the
/// same way, so lines add linearly. An assumed line has no bounds, and a total with one has none.
/// Source: the gain of NVIDIA's sensors within 5 % per card is recalled from Yang et al.,
/// "Part-time Power Measurements", arXiv 2312.02741; for RAPL no figure was found, and no better
/// one is used.
void add_energy_intervals(const std::vector<RunManifest>& manifests, EnergyUse& use);

}  // namespace assay
