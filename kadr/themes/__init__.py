"""Finding the themes of a catalogue and naming them. Build side only: it needs scikit-learn."""
