#pragma once

#include <filesystem>
#include <string>

#include "app/cli/machine_finding.h"
#include "registry/registry.h"

/// What `assay doctor` looks at. Each check appends its findings and changes nothing on the
/// machine; what cannot be looked at is said so. `registry` may be null: then no device is looked
/// up in it.
namespace assay::app {

void check_program(MachineFindings& findings);
void check_processor(const Registry* registry, MachineFindings& findings);
void check_memory(MachineFindings& findings);
/// GPUs on the PCI bus, their driver and its CUDA against this program's.
void check_gpus(const Registry* registry, MachineFindings& findings);
/// Sources of joules, each with its provenance.
void check_energy(const std::filesystem::path& powercap_root, MachineFindings& findings);
/// The dictionary that the quickstart trains on; nothing where this program does not train.
void check_corpus(const std::filesystem::path& folder, MachineFindings& findings);
/// Room for runs and checkpoints below `folder`.
void check_disk(const std::filesystem::path& folder, MachineFindings& findings);
void check_metrics(const std::string& address, MachineFindings& findings);

}  // namespace assay::app
