"""densenb: dense per-pixel classification of grayscale images.

Every public name of every module is here, loaded when it is first used: neither `import densenb` nor `densenb --help`
imports TensorFlow. A test compares this list with the modules' own.
"""

__version__ = "0.1.0"

import os

import lazy_loader

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # TensorFlow greets with a page of notes on its build; read when it is imported

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "stacks": [
            "InputError", "InputWarning", "atomic_path", "parse_indices", "check_images", "check_labels", "Stack", "read_labels",
            "read_stack", "write_stack",
        ],
        "datasets": ["synthetic_em", "DataNotFound", "isbi2012", "axondeepseg_sem"],
        "phantoms": ["synthetic_oct"],
        "plots": [
            "PALETTE", "COMPARISON_COLORS", "to_gray", "overlay", "show_pictures", "probability_picture", "show_images",
            "comparison", "encode_png", "save_png", "Table", "plot_history", "plot_scores",
        ],
        "rois": ["read_rois"],
        "strokes": ["pen_strokes"],
        "tiles": ["cut_window", "mirror_pad", "pad_to_tile", "random_crop", "tile_starts", "cut_tiles", "apply_2d"],
        "augmentation": [
            "SYMMETRIES", "symmetry", "random_symmetry", "inverse_symmetry", "compose_symmetries", "random_mesh",
            "mesh_displacement", "elastic_displacement", "affine_displacement", "warp", "zoom", "change_intensity", "add_noise",
            "blur_or_sharpen", "Augmentation",
        ],
        "resampling": ["resize", "resample"],
        "batches": ["one_hot", "class_weights", "border_weights", "random_tile", "Minibatches"],
        "losses": ["PixelLoss", "CrossEntropy", "Focal", "OverlapLoss", "Dice", "Tversky", "WeightedSum", "MultiLabelCrossEntropy"],
        "neighbours": ["TotalVariation", "Monotonic"],
        "metrics": [
            "THRESHOLDS", "confusion_matrix", "pixel_scores", "connected_cells", "thin_boundaries", "rand_and_information",
            "cell_probability", "BoundaryScores", "isbi2012_scores", "ErrorCurve", "pixel_error", "rand_error", "warping_error",
            "adapted_rand", "variation_of_information",
        ],
        "models": [
            "Standardize", "mirrored_indices", "PadToGrid", "CropLike", "DepthToSpace", "FusedBatchNormalization", "HEADS", "unet", "set_normalisation",
            "get_normalisation", "pooling_grid", "receptive_field", "Description", "describe", "set_description", "save", "load",
            "warm_start",
        ],
        "networks": [
            "unet2017", "valid_size", "MirrorMargin", "unet2015", "Bilinear", "VGG16", "fcn", "FC_DENSENETS", "densenet_fcn", "ARCHITECTURES",
        ],
        "engines": ["ENGINES", "WORTH_CONVERTING", "calibration_windows", "choose_engine", "inference_function"],
        "inference": [
            "MAX_WINDOW", "MEMORY_SHARE", "Tile", "tile_plan", "bytes_per_pixel", "available_memory", "cheapest_tile", "predict",
            "plain_plan", "blended_plan", "Ensemble", "EnsemblePrediction", "TILINGS",
        ],
        "adaptation": ["adapt"],
        "layers": [
            "disordered_columns", "boundaries_from_labels", "labels_from_boundaries", "ordered_labels",
            "boundaries_from_probabilities", "boundary_errors", "layer_thickness", "measure_layers",
        ],
        "segments": ["METHODS", "segment", "clean_up", "remove_small", "fill_holes", "instances", "measure"],
        "training": [
            "PRESETS", "Preset", "preset", "build_model", "one_cycle", "validation_scores", "steps_within", "rounds_for", "training_memory", "bfloat16_is_fast", "History",
            "pixel_statistics", "Training", "train",
        ],
        "blocks": ["blocked_split", "folds", "check_leaks"],
        "evaluation": ["Threshold", "choose_threshold", "Scores", "score"],
        "protocols": ["CrossValidation", "cross_validate", "LearningCurve", "learning_curve"],
        "errors": ["ERROR_KINDS", "Error", "Errors", "find_errors", "score_after_mending", "show_errors"],
        "uncertainty": [
            "Reliability", "reliability", "apply_temperature", "Temperature", "fit_temperature", "member_probabilities",
            "Uncertainty", "predict_uncertainty", "RiskCoverage", "risk_coverage",
        ],
        "advice": ["object_width", "flop_per_pixel", "machine_rate", "seconds_per_pixel", "suggest", "advise"],
        "annotation": ["draw_stroke", "Stroke", "Annotation", "Annotator", "annotate"],
        "frames": ["Frames", "show_frames"],
        "monitor": ["TrainingRecord", "TrainingMonitor"],
        "teaching": ["normalised_entropy", "unsure_windows", "Teacher", "Teaching", "teach"],
        "doctor": ["Finding", "Checkup", "check", "FolderCheckup", "check_folder"],
        "viewer": ["Window", "fitting_view", "visible_window", "read_window", "ExploreState", "Explorer", "explore"],
        "widgets": ["Workbench", "AugmentationState", "explore_augmentation", "ModelState", "explore_model", "TilesState", "explore_tiles"],
        "worklists": ["Worklist", "FindingsList", "show_findings", "ErrorsList", "explore_errors"],
        "reports": ["software_versions", "write_report"],
    },
)
