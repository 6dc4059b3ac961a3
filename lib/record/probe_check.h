#pragma once

#include <string>

#include "record/probe_record.h"

namespace assay::record {

/// What the types of a record's keys cannot say. Throws: DataError naming `where` and the key for
/// counts below one, times that are negative or not finite, intervals turned round, no layers, an
/// evidence mark that its facts contradict, and lines that do not add up to the whole.
void check_probe(const ProbeRecord& probe, const std::string& where);

}  // namespace assay::record
