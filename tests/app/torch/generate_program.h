#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "program.h"

/// `generate` with the model of trained_run() on one thread of the CPU, and `more`.
[[nodiscard]] std::vector<std::string> generate_args(std::vector<std::string> more);
[[nodiscard]] ProgramResult generate(std::vector<std::string> more);
/// What it says with --json; it must end well.
[[nodiscard]] nlohmann::json generated(std::vector<std::string> more);

/// Checks that the program ended with this exit code and one line that has this fact.
void check_refused(const ProgramResult& result, int exit_code, const std::string& fact);

/// A file of trained_run() with this content; its path.
std::filesystem::path written(const std::string& name, const std::string& bytes);
[[nodiscard]] nlohmann::json read_json(const std::filesystem::path& path);
